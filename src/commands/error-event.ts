import { inFlags } from './in-flags.js';
import { plainLine } from './plain-line.js';

/** An error as an event: its kind and its message in one line, in the words of the command line. */
export function errorEvent(error: unknown): {
  readonly event: 'error';
  readonly name: string;
  readonly message: string;
} {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { event: 'error', name, message: plainLine(inFlags(message)) };
}
