#!/usr/bin/env node
import process from 'node:process';
import { CommanderError } from 'commander';
import { isClosedOutput } from './commands/closed-output.js';
import { errorEvent } from './commands/error-event.js';
import type { Io } from './commands/io.js';
import { createProgram } from './commands/program.js';
import { UsageError } from './commands/usage-error.js';
import { version } from './version.js';

/** Milliseconds that an interrupted command has to let go of what it used; after that it is taken from it. */
const GRACE_MS = 2_000;
/** The same for one that came to its end: threads that are still loading want their time on a busy machine. */
const LAST_MS = 10_000;

/** Ends a command by signal. */
class Interrupted extends Error {
  constructor(readonly code: number) {
    super('Interrupted');
  }
}

const flags = new Set(process.argv.slice(2));
const end = new AbortController();
const io: Io = {
  get stdin() {
    return process.stdin; // Opened only when it is read.
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signal: end.signal,
  residentBytes: () => process.memoryUsage.rss(),
};

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (end.signal.aborted) return; // Told again, as by a terminal and npm: exiting under a running thread would crash.
    end.abort(new Interrupted(code));
    setTimeout(() => {
      // Dies of the signal, which shells know by the same code: exiting under a running thread would crash.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }, GRACE_MS).unref();
  });
}
// Readers that went away: of the data, the command itself hears of it; of the remarks, nothing is to be done.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await run();
// Whoever has let go of everything ends by itself.
setTimeout(() => process.exit(), LAST_MS).unref();

async function run(): Promise<number> {
  try {
    await createProgram(version, io).parseAsync(process.argv);
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
function report(error: unknown): void {
  const event = errorEvent(error);
  if (flags.has('--json')) process.stderr.write(`${JSON.stringify(event)}\n`);
  else process.stderr.write(`rx-augment: ${event.message}\n`);
  if (!flags.has('--debug')) return;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    process.stderr.write(`${cause.stack}\n`);
}
