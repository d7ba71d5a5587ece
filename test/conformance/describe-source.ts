import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import { type Observable, type Observer, take } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.js';
import { hold, type Release } from '../../src/operators/flow.js';
import { chunksOf, collect, expectClosed, rowsOf, temporaryFolder } from '../sources/fixtures.js';

type AnySource = string | URL | Readable | AsyncIterable<Uint8Array>;

export interface SourceCase {
  readonly name: string;
  open(
    source: AnySource,
    options?: { batchRows?: number; limit?: number; signal?: AbortSignal },
  ): Observable<RecordBatch>;
  /** Bytes of a table with columns `id` (0, 1, 2 ...) and `name` (`name 0` ..., null where the id is a multiple of 5). */
  encode(rows: number): Uint8Array;
  /** Bytes with an error some way in. */
  readonly damaged: Uint8Array;
  /** Whether a table without rows is an empty input, because columns come from the rows. */
  readonly schemaless?: boolean;
}

const expected = (rows: number) => Array.from({ length: rows }, (_, i) => [i, i % 5 === 0 ? null : `name ${i}`]);

/** What every source must do, whatever it reads. */
export function describeSource({ name, open, encode, damaged, schemaless = false }: SourceCase): void {
  describe(`${name} as a source`, () => {
    const write = temporaryFolder();

    it.each([1, 7, 64, 10_000])(
      'reads %i rows from a path, its URL, a readable and an async iterable',
      async (rows) => {
        const bytes = encode(rows);
        const path = write(`rows-${rows}`, bytes);
        for (const source of [
          path,
          pathToFileURL(path),
          createReadStream(path),
          Readable.from([bytes]),
          chunksOf(bytes, 1000),
        ]) {
          expect(rowsOf(await collect(open(source)))).toEqual(expected(rows));
        }
        await expectClosed();
      },
    );

    it('names the path of a URL, and refuses one of no file', async () => {
      const path = write('damaged', damaged);
      await expect(collect(open(pathToFileURL(path)))).rejects.toMatchObject({ position: { source: path } });
      expect(() => open(new URL('https://example.com/in.csv'))).toThrow(
        new TypeError('Expected the URL of a file on this machine, got https://example.com/in.csv'),
      );
    });

    it.skipIf(schemaless)('gives one batch without rows for a table without rows', async () => {
      const batches = await collect(open(write('no-rows', encode(0))));
      expect(batches.map(({ numRows }) => numRows)).toEqual([0]);
      expect(batches[0]?.schema.names).toEqual(['id', 'name']);
    });

    it('gives the same batches for any chunking', async () => {
      const bytes = encode(50);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 60 }), async (size, batchRows) => {
          const batches = await collect(open(chunksOf(bytes, size), { batchRows }));
          expect(batches.map(({ numRows }) => numRows)).toEqual(
            Array.from({ length: Math.ceil(50 / batchRows) }, (_, i) => Math.min(batchRows, 50 - i * batchRows)),
          );
          expect(rowsOf(batches)).toEqual(expected(50));
        }),
        { numRuns: 60 },
      );
    });

    it('can be subscribed to again when the source is a path', async () => {
      const source = open(write('again', encode(3)));
      expect(rowsOf(await collect(source))).toEqual(rowsOf(await collect(source)));
    });

    it('says in one line that a file is missing, a directory, or empty', async () => {
      const path = write('empty', '');
      const missing = `${path}-not-there`;
      await expect(collect(open(missing))).rejects.toThrow(
        new InputError('Expected a file, found none', { source: missing }),
      );
      const folder = path.slice(0, path.lastIndexOf('/'));
      await expect(collect(open(folder))).rejects.toThrow(`Expected a file, got a directory (${folder})`);
      await expect(collect(open(path))).rejects.toThrow(/an empty input \(.*empty\)$/);
      await expectClosed();
    });

    it('refuses what is no source and sizes that are none', () => {
      for (const source of [5, null, new Uint8Array(3)]) expect(() => open(source as never)).toThrow(TypeError);
      expect(() => open('x', { batchRows: 0 })).toThrow(RangeError);
    });

    it('closes the file when the content is damaged', async () => {
      await expect(collect(open(write('damaged', damaged)))).rejects.toThrow(InputError);
      const stream = createReadStream(write('damaged-stream', damaged));
      await expect(collect(open(stream))).rejects.toThrow(InputError);
      await expectClosed();
      expect(stream.destroyed).toBe(true);
    });

    it('passes on the error of a stream', async () => {
      const bytes = encode(10);
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 20);
        throw new Error('cable cut');
      }
      await expect(collect(open(failing()))).rejects.toThrow('cable cut');
    });

    it('closes the file when unsubscribed in mid-read', async () => {
      const path = write('long', encode(20_000));
      const batches = await collect(open(path, { batchRows: 10 }).pipe(take(3)));
      expect(batches).toHaveLength(3);
      await collect(open(createReadStream(path), { batchRows: 10 }).pipe(take(1)));
      await expectClosed();
    });

    it('ends a pending read when aborted, and destroys the stream', async () => {
      const stalled = new Readable({ read() {} });
      stalled.push(encode(10).subarray(0, 20));
      const controller = new AbortController();
      const result = collect(open(stalled, { signal: controller.signal }));
      setTimeout(() => controller.abort(new Error('enough')), 20);
      await expect(result).rejects.toThrow('enough');
      await vi.waitFor(() => expect(stalled.destroyed).toBe(true));
    });

    it('returns a stalled async iterable when unsubscribed', async () => {
      let returned = false;
      const iterable: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: async () => {
            returned = true;
            return { done: true, value: undefined };
          },
        }),
      };
      const subscription = open(iterable).subscribe();
      await new Promise((resolve) => setTimeout(resolve, 20));
      subscription.unsubscribe();
      await vi.waitFor(() => expect(returned).toBe(true));
    });

    it('reads no further than the batches that are held', async () => {
      const held: Release[] = [];
      let received = 0;
      const observer: Partial<Observer<RecordBatch>> = {
        next: () => {
          received += 1;
          held.push(hold());
        },
      };
      const path = write('held', encode(1000));
      const subscription = open(path, { batchRows: 10, limit: 2 }).subscribe(observer);
      await vi.waitFor(() => expect(received).toBe(2));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(received).toBe(2);
      held.shift()?.();
      await vi.waitFor(() => expect(received).toBe(3));
      subscription.unsubscribe();
      await expectClosed();
    });
  });
}
