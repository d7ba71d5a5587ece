import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Message, type RecordBatch } from 'apache-arrow';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { afterAll, vi } from 'vitest';

/** A folder for one test file, removed after its tests. */
export function temporaryFolder(): (name: string, content: Uint8Array | string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'rx-augment-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
}

export function collect(source: Observable<RecordBatch>): Promise<RecordBatch[]> {
  return lastValueFrom(source.pipe(toArray()));
}

/** The rows of batches as plain values. */
export function rowsOf(batches: readonly RecordBatch[]): unknown[][] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, r) => batch.schema.fields.map((_, c) => batch.getChildAt(c)?.get(r))),
  );
}

export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Where in an Arrow stream the bytes of columns are, as against the messages that describe them. */
export function bodyPositions(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const positions: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getInt32(at + 4, true);
    if (length === 0) break;
    at += 8;
    const body = Message.decode(bytes.subarray(at, at + length)).bodyLength;
    at += length;
    for (let i = 0; i < body; i += 1) positions.push(at + i);
    at += body;
  }
  return positions;
}

/** Waits until this process has no temporary file open, where the system tells. */
export async function expectClosed(): Promise<void> {
  await vi.waitFor(() => {
    const files = openFiles();
    if (files > 0) throw new Error(`Expected no open file of the test, got ${files}`);
  });
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes('rx-augment-');
      } catch {
        return false;
      }
    }).length;
  } catch {
    return 0;
  }
}
