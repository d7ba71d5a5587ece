import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsync, openSync, realpathSync, renameSync, rmSync, statSync, write } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Output } from './output.js';

const writeBytes = promisify(write);
const flush = promisify(fsync);

/**
 * A file that appears, or changes, only when it is complete: written under a temporary name in the same folder, flushed
 * to the disk and renamed. Discarding removes the temporary file before it returns, so that the process may end at once.
 *
 * Devices and pipes (`/dev/null`) are written in place. A symbolic link stays one: the file it points to is replaced,
 * keeping its permissions. Errors name the path and have the system's `code`.
 */
export function fileOutput(path: string): Output {
  const { temporary, final, descriptor } = attempt(path, () => openTemporary(path));
  let running: Promise<unknown> = Promise.resolve();
  let open = true;
  let placed = temporary === undefined;
  return {
    name: path,
    write(chunk) {
      const written = writeAll(descriptor, chunk).catch((cause: unknown) => fail(path, cause));
      running = written;
      return written;
    },
    async finish() {
      if (temporary !== undefined) {
        const flushed = flush(descriptor).catch((cause: unknown) => fail(path, cause));
        running = flushed;
        await flushed;
      }
      if (!open) return; // Discarded meanwhile.
      attempt(path, () => {
        open = false;
        closeSync(descriptor);
        if (temporary !== undefined) renameSync(temporary, final);
        placed = true;
      });
    },
    discard() {
      if (!placed && temporary !== undefined) remove(temporary);
      placed = true;
      if (!open) return;
      open = false;
      // The number of a closed file is given to the next one: it must not be closed under a running write.
      const release = () => closeSync(descriptor);
      running.then(release, release).catch(() => {});
    },
  };
}

function openTemporary(path: string): { temporary: string | undefined; final: string; descriptor: number } {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory() || path.endsWith('/') || path.endsWith(sep)) throw new Error('a directory');
  if (existing !== undefined && !existing.isFile())
    return { temporary: undefined, final: path, descriptor: openSync(path, 'w') };
  const final = existing === undefined ? path : realpathSync(path);
  const temporary = join(dirname(final), `.${basename(final)}.${randomUUID().slice(0, 8)}.tmp`);
  const descriptor = openSync(temporary, 'wx');
  if (existing !== undefined) fchmodSync(descriptor, existing.mode & 0o777);
  return { temporary, final, descriptor };
}

/** Removes a file if it can be removed: what made the writing fail is the thing to report. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

async function writeAll(descriptor: number, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    at += (await writeBytes(descriptor, chunk, at, chunk.byteLength - at)).bytesWritten;
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    return fail(path, cause);
  }
}

/** Throws again without the temporary name, which means nothing to a reader. */
function fail(path: string, cause: unknown): never {
  const { code, message } = cause as NodeJS.ErrnoException;
  const found = message.replace(/, \w+( '.*)?$/s, '');
  throw Object.assign(new Error(`Expected \`${path}\` to be a writable file, got ${found}`, { cause }), { code });
}
