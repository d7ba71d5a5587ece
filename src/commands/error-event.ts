/** An error as an event: its kind and its message in one line. */
export function errorEvent(error: unknown): {
  readonly event: 'error';
  readonly name: string;
  readonly message: string;
} {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { event: 'error', name, message: message.replaceAll(/\s+/g, ' ') };
}
