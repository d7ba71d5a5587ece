/**
 * Runs a command with something that is started before the command is loaded, so that its threads load what they need at the
 * same time. What the command has not taken over by its end is closed, however it ends.
 */
export async function withStarted<T extends { close(): Promise<void> }>(
  start: () => Promise<T>,
  run: (started: T) => Promise<void>,
): Promise<void> {
  const started = await start();
  try {
    await run(started);
  } finally {
    await started.close();
  }
}
