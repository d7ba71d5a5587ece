import type { EventEmitter } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as macrotask, setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Field, Float64, Int32, makeData, RecordBatch, Schema, Struct, Utf8, vectorFromArray } from 'apache-arrow';
import { concat, EMPTY, from, lastValueFrom, NEVER, type OperatorFunction, of, throwError, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SchemaMismatchError } from '../../src/errors.js';
import { fromAsync } from '../../src/operators/flow.js';
import type { SinkTarget } from '../../src/sinks/output.js';
import type { SinkOptions, Written } from '../../src/sinks/write-to.js';

/** A sink under test: how it is made, and how its bytes are read back. */
export interface SinkCase {
  readonly name: string;
  readonly sink: (target: SinkTarget, options?: SinkOptions) => OperatorFunction<RecordBatch, Written>;
  /** The rows in the bytes of a file, as [n, label] pairs; throws when they are not a whole file. */
  readonly read: (bytes: Uint8Array) => [number, string][];
  /** What an input without any batch does: the bytes, or the error's message. */
  readonly empty: { readonly bytes: string } | { readonly error: RegExp };
}

const schema = new Schema([new Field('n', new Int32(), true), new Field('label', new Utf8(), true)]);

/** A batch of `rows` rows that begin to count at `first`. */
export function batchOf(rows: number, first = 0): RecordBatch {
  const numbers = Int32Array.from({ length: rows }, (_, i) => first + i);
  const labels = vectorFromArray(
    Array.from(numbers, (n) => `row ${n}, ü`),
    new Utf8(),
  );
  const children = [makeData({ type: new Int32(), length: rows, data: numbers }), labels.data[0]!];
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
}

const rowsOf = (rows: number) => Array.from({ length: rows }, (_, n) => [n, `row ${n}, ü`]);

/** A stream that collects what it is given, `ms` for each chunk. */
class Collecting extends Writable {
  chunks: Uint8Array[] = [];
  constructor(
    readonly ms = 0,
    readonly failAt = Number.POSITIVE_INFINITY,
  ) {
    super({ highWaterMark: 1 });
  }
  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    const accept = () => {
      if (this.chunks.length >= this.failAt) return done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      this.chunks.push(chunk);
      done();
    };
    if (this.ms > 0) setTimeout(accept, this.ms);
    else accept();
  }
  get bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

const events = ['error', 'close', 'drain', 'finish'];
const listeners = (stream: EventEmitter) => events.map((event) => stream.listenerCount(event));

/** Batches of so many rows, one after the other. */
export function batchesOf(sizes: readonly number[]): RecordBatch[] {
  let first = 0;
  return sizes.map((rows) => {
    const batch = batchOf(rows, first);
    first += rows;
    return batch;
  });
}

/** What every sink must do; each sink's test file runs it. */
export function describeSink({ name, sink, read, empty }: SinkCase): void {
  describe(`${name} as a sink`, () => {
    let folder: string;
    let path: string;
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown) => uncaught.push(error);
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'rx-augment-sink-'));
      path = join(folder, 'out.data');
      uncaught.length = 0;
      process.on('uncaughtException', onUncaught);
      process.on('unhandledRejection', onUncaught);
    });
    afterEach(async () => {
      await sleep(2);
      process.off('uncaughtException', onUncaught);
      process.off('unhandledRejection', onUncaught);
      rmSync(folder, { recursive: true });
      expect(uncaught).toEqual([]);
    });

    describe('to a path', () => {
      it.each([
        ['one batch of no rows', [0], 0],
        ['one row', [1], 1],
        ['many batches', [100, 1, 0, 30], 131],
      ])('writes %s and says so once', async (_, sizes, total) => {
        const batches = batchesOf(sizes);
        const written = await lastValueFrom(from(batches).pipe(sink(path), toArray()));
        expect(read(readFileSync(path))).toEqual(rowsOf(total));
        expect(written).toEqual([{ rows: total, bytes: statSync(path).size, target: path }]);
        expect(readdirSync(folder)).toEqual(['out.data']);
      });

      it('takes the URL of a file', async () => {
        const written = await lastValueFrom(of(batchOf(5)).pipe(sink(pathToFileURL(path))));
        expect(read(readFileSync(path))).toEqual(rowsOf(5));
        expect(written.target).toBe(path);
      });

      it('shows nothing under the final name before the end', async () => {
        writeFileSync(path, 'before');
        const source = concat(of(batchOf(10)), NEVER);
        const subscription = source.pipe(sink(path)).subscribe();
        await sleep(20);
        expect(readFileSync(path, 'utf8')).toBe('before');
        expect(readdirSync(folder)).toHaveLength(2);
        subscription.unsubscribe();
        expect(readdirSync(folder)).toEqual(['out.data']);
        expect(readFileSync(path, 'utf8')).toBe('before');
      });

      it('has cleaned up when its reader hears of an error in the input', async () => {
        const source = concat(
          of(batchOf(10)),
          throwError(() => new Error('bad row')),
        );
        let seen: string[] | undefined;
        const error = await new Promise((resolve) => {
          source.pipe(sink(path)).subscribe({
            error(error) {
              seen = readdirSync(folder);
              resolve(error);
            },
          });
        });
        expect(error).toEqual(new Error('bad row'));
        expect(seen).toEqual([]);
      });

      it('ends with the reason of an abort and leaves nothing', async () => {
        const controller = new AbortController();
        const reason = new Error('stop');
        const result = lastValueFrom(concat(of(batchOf(3)), NEVER).pipe(sink(path, { signal: controller.signal })));
        setTimeout(() => controller.abort(reason), 5);
        await expect(result).rejects.toBe(reason);
        expect(readdirSync(folder)).toEqual([]);
        await expect(lastValueFrom(of(batchOf(3)).pipe(sink(path, { signal: controller.signal })))).rejects.toBe(
          reason,
        );
        expect(readdirSync(folder)).toEqual([]);
      });

      it('does not subscribe to its input when the file cannot be written', async () => {
        let subscribed = false;
        const source = fromAsync(async function* () {
          subscribed = true;
          yield batchOf(1);
        });
        const missing = join(folder, 'no', 'out.data');
        await expect(lastValueFrom(source.pipe(sink(missing)))).rejects.toMatchObject({
          code: 'ENOENT',
          message: `Expected \`${missing}\` to be a writable file, got ENOENT: no such file or directory`,
        });
        await expect(lastValueFrom(source.pipe(sink(folder)))).rejects.toThrow(
          `Expected \`${folder}\` to be a writable file, got a directory`,
        );
        expect(subscribed).toBe(false);
      });

      it('keeps the permissions of a file it replaces, and a link a link', async () => {
        const real = join(folder, 'real.data');
        writeFileSync(real, 'before');
        chmodSync(real, 0o640);
        symlinkSync(real, path);
        await lastValueFrom(of(batchOf(2)).pipe(sink(path)));
        expect(read(readFileSync(real))).toEqual(rowsOf(2));
        expect(statSync(real).mode & 0o777).toBe(0o640);
        expect(readdirSync(folder)).toEqual(['out.data', 'real.data']);
        expect(readFileSync(path)).toEqual(readFileSync(real));
      });

      it.runIf(process.platform !== 'win32')('writes devices in place', async () => {
        const [written] = await lastValueFrom(of(batchOf(2)).pipe(sink('/dev/null'), toArray()));
        expect(written).toMatchObject({ rows: 2, target: '/dev/null' });
        expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
      });

      it.runIf(process.platform === 'linux')('reports a full disk with its code', async () => {
        await expect(lastValueFrom(of(batchOf(2000)).pipe(sink('/dev/full')))).rejects.toMatchObject({
          code: 'ENOSPC',
        });
      });

      it.runIf(process.platform === 'linux')('leaves no file descriptor open', async () => {
        const open = () => readdirSync('/proc/self/fd').length;
        const before = open();
        for (let i = 0; i < 5; i += 1) {
          await lastValueFrom(of(batchOf(5)).pipe(sink(path)));
          await lastValueFrom(
            concat(
              of(batchOf(5)),
              throwError(() => new Error('x')),
            ).pipe(sink(path)),
          ).catch(() => {});
          const subscription = concat(of(batchOf(5000)), NEVER)
            .pipe(sink(path))
            .subscribe();
          await macrotask();
          subscription.unsubscribe();
        }
        await sleep(20);
        expect(open()).toBe(before);
      });
    });

    describe('to a stream', () => {
      it('ends the stream after the last byte and leaves no listener', async () => {
        const stream = new Collecting(1);
        const before = listeners(stream);
        const written = await lastValueFrom(from([batchOf(5), batchOf(5, 5)]).pipe(sink(stream)));
        expect(read(stream.bytes)).toEqual(rowsOf(10));
        expect(written).toEqual({ rows: 10, bytes: stream.bytes.byteLength, target: 'stream' });
        expect(stream.writableFinished).toBe(true);
        expect(listeners(stream)).toEqual(before);
      });

      it('leaves the stream open with `end: false`, on success and on failure', async () => {
        const stream = new Collecting();
        const before = listeners(stream);
        await lastValueFrom(of(batchOf(5)).pipe(sink(stream, { end: false })));
        expect(read(stream.bytes)).toEqual(rowsOf(5));
        const failing = concat(
          of(batchOf(5)),
          throwError(() => new Error('x')),
        );
        await expect(lastValueFrom(failing.pipe(sink(stream, { end: false })))).rejects.toThrow('x');
        await macrotask();
        expect(stream.writableEnded || stream.destroyed).toBe(false);
        expect(listeners(stream)).toEqual(before);
      });

      it('destroys a stream that it would end when the input fails, so that a part is not taken for the whole', async () => {
        const stream = new Collecting();
        const failing = concat(
          of(batchOf(5)),
          throwError(() => new Error('x')),
        );
        await expect(lastValueFrom(failing.pipe(sink(stream)))).rejects.toThrow('x');
        expect(stream.destroyed).toBe(true);
        expect(stream.writableFinished).toBe(false);
      });

      it('makes a failing write an error notification, once', async () => {
        const stream = new Collecting(1, 1);
        const errors: unknown[] = [];
        await new Promise<void>((resolve) => {
          from([batchOf(5), batchOf(5, 5), batchOf(5, 10)])
            .pipe(sink(stream))
            .subscribe({ error: (error) => resolve(void errors.push(error)) });
        });
        await sleep(5);
        expect(errors).toMatchObject([{ code: 'EPIPE' }]);
        expect(stream.listenerCount('error')).toBe(0);
      });

      it('notices a stream that fails or is closed while it waits for its input', async () => {
        const failing = new PassThrough();
        setTimeout(() => failing.destroy(new Error('reset')), 2);
        await expect(lastValueFrom(NEVER.pipe(sink(failing)))).rejects.toThrow('reset');
        const closing = new PassThrough();
        setTimeout(() => closing.destroy(), 2);
        await expect(lastValueFrom(NEVER.pipe(sink(closing)))).rejects.toThrow('closed');
        await sleep(2);
        expect(failing.listenerCount('error')).toBe(0);
        expect(closing.listenerCount('error')).toBe(0);
      });

      it('lets go of the stream when a write that was under way at unsubscribe is done', async () => {
        const stream = new Collecting(5);
        const before = listeners(stream);
        const subscription = of(batchOf(5))
          .pipe(sink(stream, { end: false }))
          .subscribe();
        await sleep(1);
        subscription.unsubscribe();
        expect(stream.chunks).toHaveLength(0);
        await sleep(30);
        expect(stream.chunks).toHaveLength(1);
        expect(listeners(stream)).toEqual(before);
      });

      it('survives an error that comes after it was unsubscribed', async () => {
        const stream = new Collecting(5, 0);
        const subscription = of(batchOf(5))
          .pipe(sink(stream, { end: false }))
          .subscribe();
        await sleep(1);
        subscription.unsubscribe();
        await sleep(15);
        expect(stream.errored).toMatchObject({ code: 'EPIPE' });
        expect(stream.listenerCount('error')).toBe(0);
      });

      it('refuses a stream that was ended, and what is no target', async () => {
        const ended = new Collecting();
        ended.end();
        await expect(lastValueFrom(of(batchOf(1)).pipe(sink(ended)))).rejects.toThrow(TypeError);
        expect(() => sink('')).toThrow('Expected the target to be a path, `-` or a writable stream, got ""');
        expect(() => sink(7 as unknown as string)).toThrow(/got 7/);
        expect(() => sink(new WritableStream() as never)).toThrow('`Writable.fromWeb(stream)` is one of Node');
        expect(() => sink(new URL('https://example.com/out.csv'))).toThrow(/URL of a file on this machine, got https:/);
        expect(() => sink('file:///out.csv')).toThrow(
          'got the text file:///out.csv: `new URL(text)` makes a URL of it',
        );
        expect(() => sink(null as unknown as string)).toThrow(TypeError);
      });

      it('reads its input at the pace of the stream', async () => {
        const stream = new Collecting(1);
        let produced = 0;
        let gap = 0;
        const source = fromAsync(
          async function* () {
            for (; produced < 40; ) {
              produced += 1;
              gap = Math.max(gap, produced - stream.chunks.length);
              yield batchOf(10, (produced - 1) * 10);
            }
          },
          { limit: 2 },
        );
        await lastValueFrom(source.pipe(sink(stream)));
        expect(read(stream.bytes)).toEqual(rowsOf(400));
        expect(gap).toBeLessThanOrEqual(2);
      });
    });

    it('refuses a batch with another schema and leaves no file', async () => {
      const other = new Schema([new Field('n', new Float64(), true), new Field('label', new Utf8(), true)]);
      const children = [
        makeData({ type: new Float64(), length: 1, data: Float64Array.of(1) }),
        vectorFromArray(['a'], new Utf8()).data[0]!,
      ];
      const batch = new RecordBatch(
        other,
        makeData({ type: new Struct(other.fields), length: 1, nullCount: 0, children }),
      );
      const result = lastValueFrom(from([batchOf(1), batch]).pipe(sink(path)));
      await expect(result).rejects.toThrow(SchemaMismatchError);
      await expect(result).rejects.toMatchObject({ column: 'n' });
      await expect(result).rejects.toThrow(
        'Expected all batches to have one schema, but column `n` is `float64` where `int32` was expected (batch 2)',
      );
      expect(readdirSync(folder)).toEqual([]);
    });

    it('goes on where only the metadata of a later batch differs', async () => {
      const fields = schema.fields.map((field) => field.clone({ metadata: new Map([['note', 'x']]) }));
      const later = new RecordBatch(new Schema(fields, new Map([['a', 'b']])), batchOf(4, 3).data);
      await lastValueFrom(from([batchOf(3), later]).pipe(sink(path)));
      expect(read(readFileSync(path))).toEqual(rowsOf(7));
    });

    it('treats an input without any batch as documented', async () => {
      const result = lastValueFrom(EMPTY.pipe(sink(path)));
      if ('error' in empty) {
        await expect(result).rejects.toThrow(empty.error);
        expect(readdirSync(folder)).toEqual([]);
      } else {
        expect(await result).toEqual({ rows: 0, bytes: Buffer.byteLength(empty.bytes), target: path });
        expect(readFileSync(path, 'utf8')).toBe(empty.bytes);
      }
      expect(await lastValueFrom(EMPTY.pipe(sink(path, { schema })))).toMatchObject({ rows: 0 });
      expect(read(readFileSync(path))).toEqual([]);
    });
  });
}
