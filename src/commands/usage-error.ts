/** Thrown when a command is called in a way it cannot be: the process ends with 2, not 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
