import { CommanderError } from 'commander';
import { isClosedOutput } from './closed-output.js';
import { errorEvent } from './error-event.js';
import { Interrupted } from './interrupted.js';
import type { Io } from './io.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';

/**
 * Runs what `args` ask for, says what is wrong in one line of standard error, and gives the code to exit with: 0 done, 1 failed, 2 wrong
 * usage, or that of the signal. Never rejects.
 */
export async function runProgram(version: string, io: Io, args: readonly string[]): Promise<number> {
  const report = (error: unknown) => io.stderr.write(reportOf(error, new Set(args)));
  try {
    await createProgram(version, io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.code;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Help in place of a command that is missing has been written.
      if (error.code !== 'commander.help') report(new UsageError(error.message.replace(/^error: /, '')));
      return 2;
    }
    if (isClosedOutput(error)) return 0;
    report(error);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** One line, whatever the message; with `--debug` the stack and the causes too. */
function reportOf(error: unknown, flags: ReadonlySet<string>): string {
  const event = errorEvent(error);
  const lines = [flags.has('--json') ? JSON.stringify(event) : `rx-augment: ${event.message}`];
  if (flags.has('--debug'))
    for (let cause = error; cause instanceof Error; cause = cause.cause) lines.push(String(cause.stack));
  return `${lines.join('\n')}\n`;
}
