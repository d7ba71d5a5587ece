import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, vi } from 'vitest';
import { runProgram } from '../../src/commands/run-program.js';
import { version } from '../../src/version.js';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  /** What goes to standard input, piece by piece. */
  readonly input?: readonly (string | Uint8Array)[];
}

export interface SpawnOptions extends RunOptions {
  /** Whether standard input stays open behind the pieces. */
  readonly open?: boolean;
  /** Ends the command by a signal once standard error matches, after milliseconds, or once so many bytes were written. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly when: RegExp | number | { readonly written: number } };
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder to run commands in, with one for their temporary files. */
export interface Workplace {
  readonly folder: string;
  at(name: string): string;
  /**
   * Runs a command in this process, one at a time, which takes a tenth of the time of one of its own. Throws where it leaves a thread, a
   * socket or anything else that would keep a process from ending.
   */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Runs a command in a process of its own, as a shell does: for signals, environments, pipes that stay open, and what Node itself writes. */
  spawn(args: readonly string[], options?: SpawnOptions): Promise<Ended>;
  /** What commands have left in the folder for temporary files. */
  temporaryFiles(): Promise<string[]>;
}

export async function createWorkplace(): Promise<Workplace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rx-augment-cli-')));
  const at = (name: string) => join(folder, name);
  await mkdir(at('tmp'));
  let last: Promise<unknown> = Promise.resolve();
  return {
    folder,
    at,
    temporaryFiles: () => readdir(at('tmp')),
    run(args, { input = [] } = {}) {
      const ended = last.then(() => runHere(folder, args, input));
      last = ended.catch(() => {});
      return ended;
    },
    async spawn(args, { input = [], open = false, signal, env } = {}) {
      const child = spawn(process.execPath, [cli, ...args], {
        cwd: folder,
        env: { ...process.env, TMPDIR: at('tmp'), ...env },
      });
      const out: Buffer[] = [];
      let stderr = '';
      let [written, signalled] = [0, 0];
      child.stdout.on('data', (chunk: Buffer) => {
        out.push(chunk);
        written += chunk.length;
        const when = signal?.when;
        if (typeof when !== 'object' || !('written' in when) || written < when.written) return;
        if (signalled++ < 2) child.kill(signal?.name);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk;
        // Twice in a row, as a terminal and npm do.
        if (signal?.when instanceof RegExp && signal.when.test(stderr) && signalled++ < 2) child.kill(signal.name);
      });
      child.stdin.on('error', () => {});
      if (typeof signal?.when === 'number') setTimeout(() => child.kill(signal.name), signal.when);
      for (const piece of input) child.stdin.write(piece);
      if (!open) child.stdin.end();
      const [code] = await once(child, 'close');
      child.stdin.destroy();
      return { code, stdout: Buffer.concat(out), stderr };
    },
  };
}

async function runHere(
  folder: string,
  args: readonly string[],
  input: readonly (string | Uint8Array)[],
): Promise<Ended> {
  const [stdout, stderr] = [collecting(1), collecting(2)];
  const stdin = Object.assign(
    Readable.from(
      input.map((piece) => Buffer.from(piece)),
      { objectMode: false },
    ),
    { fd: 0 },
  );
  const io = { stdin, stdout, stderr, signal: new AbortController().signal, residentBytes: process.memoryUsage.rss };
  const [place, temporary, before] = [process.cwd(), process.env.TMPDIR, process.getActiveResourcesInfo()];
  process.chdir(folder);
  process.env.TMPDIR = join(folder, 'tmp');
  try {
    const code = await runProgram(version, io, args);
    stdin.destroy();
    await vi.waitFor(() => expect(left(before), `left by ${args.join(' ')}`).toEqual([]), {
      timeout: 10_000,
      interval: 5,
    });
    return { code, stdout: Buffer.concat(stdout.chunks), stderr: Buffer.concat(stderr.chunks).toString() };
  } finally {
    process.chdir(place);
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
}

/** What keeps the process from ending and was not there before, save what ends by itself. */
function left(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const at = known.indexOf(name);
    if (at !== -1) known.splice(at, 1);
    return at === -1 && !/^(Timeout|Immediate|CloseReq|FSReq.*)$/.test(name);
  });
}

/** A stream in place of a standard one. */
function collecting(fd: number) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk)); // The writer fills it again.
      done();
    },
  });
  return Object.assign(stream, { fd, chunks });
}

/** A CSV with an identifier, a category, an integer, a number of two decimals, a point in time and a constant. */
export function orders(rows: number): string[] {
  const lines = Array.from({ length: rows }, (_, i) => {
    const id = `x${((i * 7919) % 100_003).toString(36).padStart(4, '0')}`;
    const price = (((i * 37) % 997) / 10 + (i % 3) * 0.01).toFixed(2);
    const time = `2024-0${1 + (i % 9)}-1${i % 10} 0${i % 10}:${10 + (i % 50)}`;
    return [id, ['red', 'green', 'blue'][((i * 7) % 5) % 3], (i * 13) % 20, price, time, 'shop'].join(',');
  });
  return ['id,colour,size,price,time,place', ...lines];
}
