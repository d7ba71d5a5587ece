#!/usr/bin/env node
import process from 'node:process';
import { Interrupted } from './commands/interrupted.js';
import type { Io } from './commands/io.js';
import { runProgram } from './commands/run-program.js';
import { version } from './version.js';

/** Milliseconds that an interrupted command has to let go of what it used; after that it is taken from it. */
const GRACE_MS = 2_000;
/** The same for one that came to its end, interrupted or not: threads that are still at work want their time on a busy machine. */
const LAST_MS = 10_000;

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

let [grace, die]: [NodeJS.Timeout?, (() => void)?] = [];
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (end.signal.aborted) return; // Told again, as by a terminal and npm: exiting under a running thread would crash.
    end.abort(new Interrupted(code));
    // Of the signal, which shells know by the same code: exiting under a running thread would crash.
    die = () => {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    grace = setTimeout(die, GRACE_MS).unref();
  });
}
// Readers that went away: of the data, the command itself hears of it; of the remarks, nothing is to be done.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await runProgram(version, io, process.argv.slice(2));
// Whoever has let go of everything ends by itself.
clearTimeout(grace);
setTimeout(die ?? (() => process.exit()), LAST_MS).unref();
