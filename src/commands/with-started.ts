/**
 * Runs a command with something that was started before the command is loaded, so that its threads load what they need at the
 * same time. What the command has not taken over by its end is closed, however it ends.
 */
export async function withStarted<T extends { close(): Promise<void> }>(
  started: T,
  run: (started: T) => Promise<void>,
): Promise<void> {
  try {
    await run(started);
  } finally {
    await started.close();
  }
}
