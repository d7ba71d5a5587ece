import { rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { AsyncByteQueue, type RecordBatch, RecordBatchReader, RecordBatchStreamWriter } from 'apache-arrow';
import { nameFields } from '../batches/name-fields.js';
import { messageOf } from '../message-of.js';

/** Batches of one schema in a temporary Arrow file. */
export interface SpoolFile {
  /** Writes a batch behind the others. After a failure every further call fails with the same error. */
  append(batch: RecordBatch): Promise<void>;
  /** The batches appended so far, read again. */
  batches(): AsyncGenerator<RecordBatch, void, void>;
  /** Closes and removes the file and its folder. */
  remove(): Promise<void>;
}

/**
 * Makes a temporary folder in `directory` for one Arrow stream. It is removed by `remove`, or else when the process exits.
 * An Error names the folder where it cannot be made or written.
 */
export async function createSpoolFile(directory: string): Promise<SpoolFile> {
  const folder = await mkdtemp(join(directory, 'rx-augment-')).catch((cause: unknown) => {
    throw cannotKeep(directory, cause);
  });
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  const path = join(folder, 'spool.arrows');
  const queue = new Collector();
  const writer = new RecordBatchStreamWriter().reset(queue);
  /** Bytes of each batch in the file, the first with the schema. */
  const lengths: number[] = [];
  let size = 0;
  let handle: FileHandle | undefined;
  let failure: Error | undefined;

  async function* blocks(): AsyncGenerator<Uint8Array, void, void> {
    const reading = await open(path, 'r');
    try {
      let position = 0;
      for (const length of lengths.slice()) {
        const block = new Uint8Array(length);
        for (let at = 0; at < length; ) {
          const { bytesRead } = await reading.read(block, at, length - at, position + at);
          if (bytesRead === 0) throw new Error(`Expected ${length} bytes in the temporary file ${path}, got ${at}`);
          at += bytesRead;
        }
        position += length;
        yield block;
      }
    } finally {
      await reading.close();
    }
  }

  return {
    async append(batch) {
      if (failure !== undefined) throw failure;
      try {
        handle ??= await open(path, 'wx');
        writer.write(batch);
        const bytes = queue.take();
        for (let at = 0; at < bytes.length; ) {
          at += (await handle.write(bytes, at, bytes.length - at, size + at)).bytesWritten;
        }
        size += bytes.length;
        lengths.push(bytes.length);
      } catch (cause) {
        failure = cannotKeep(folder, cause);
        throw failure;
      }
    },
    async *batches() {
      if (lengths.length === 0) return;
      const source = blocks();
      try {
        const reader = await RecordBatchReader.from(source);
        await reader.open();
        nameFields(reader.schema.fields);
        yield* reader;
      } finally {
        await source.return();
      }
    },
    async remove() {
      await handle?.close();
      await rm(folder, { recursive: true, force: true });
      process.removeListener('exit', removeNow);
    },
  };
}

/** Keeps what a writer writes; its base class would join buffers that lie side by side in memory. */
class Collector extends AsyncByteQueue<Uint8Array> {
  private chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [];
    return bytes;
  }
}

function cannotKeep(folder: string, cause: unknown): Error {
  const reason = messageOf(cause);
  return new Error(`Expected room for a temporary file in ${folder}, got ${reason}`, { cause });
}
