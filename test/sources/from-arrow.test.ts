import { createReadStream } from 'node:fs';
import {
  Dictionary,
  Field,
  Int8,
  Int32,
  type RecordBatch,
  Schema,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { Endianness } from 'apache-arrow/fb/endianness';
import { Schema as FlatSchema } from 'apache-arrow/fb/schema';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { InputError } from '../../src/errors.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { describeSource } from '../conformance/describe-source.js';
import { bodyPositions, chunksOf, collect, rowsOf, temporaryFolder } from './fixtures.js';

const schema = new Schema([new Field('id', new Int32(), true), new Field('name', new Utf8(), true)]);

function tableOf(rows: number, batchRows = 13): Table {
  const batches: RecordBatch[] = [];
  for (let at = 0; at < Math.max(1, rows); at += batchRows) {
    const ids = Array.from({ length: Math.min(batchRows, rows - at) }, (_, i) => at + i);
    const names = ids.map((id) => (id % 5 === 0 ? null : `name ${id}`));
    batches.push(
      batchOf(schema, ids.length, [
        vectorFromArray(ids, new Int32()).data[0]!,
        vectorFromArray(names, new Utf8()).data[0]!,
      ]),
    );
  }
  return new Table(schema, batches);
}

for (const format of ['stream', 'file'] as const) {
  const bytes = tableToIPC(tableOf(500), format);
  describeSource({
    name: `fromArrow (${format} format)`,
    open: fromArrow,
    encode: (rows) => tableToIPC(tableOf(rows, 1000), format),
    damaged: bytes.subarray(0, bytes.length - 4),
  });

  describe(`fromArrow of a truncated ${format}`, () => {
    it('says so wherever it is cut', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 8, max: bytes.length - 1 }), async (length) => {
          const error: unknown = await collect(fromArrow(chunksOf(bytes.subarray(0, length), 777))).catch(
            (error: unknown) => error,
          );
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(/the Arrow data is truncated \(input\)$/);
        }),
        { numRuns: 100 },
      );
    });
  });
}

describe('fromArrow', () => {
  const write = temporaryFolder();
  const dictionaryType = new Dictionary(new Utf8(), new Int8());

  it('reads a real file from its path and as a stream', async () => {
    const path = new URL('../../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url).pathname;
    const batches = await collect(fromArrow(path));
    expect(batches.reduce((rows, { numRows }) => rows + numRows, 0)).toBe(200_000);
    const streamed = await collect(fromArrow(createReadStream(path)));
    expect(rowsOf(streamed.slice(40))).toEqual(rowsOf(batches.slice(40)));
  });

  it('joins batches whose dictionaries differ', async () => {
    const fields = new Schema([new Field('c', dictionaryType, true)]);
    const parts = [
      ['a', 'b', null, 'a'],
      ['b', 'c'],
      ['c', null, 'a'],
    ];
    const batches = parts.map((values) =>
      batchOf(fields, values.length, [vectorFromArray(values, dictionaryType).data[0]!]),
    );
    const bytes = tableToIPC(new Table(fields, batches), 'stream');
    expect(rowsOf(await collect(fromArrow(chunksOf(bytes, 100))))).toEqual(parts.flat().map((value) => [value]));
    expect(rowsOf(await collect(fromArrow(chunksOf(bytes, 100), { batchRows: 3 })))).toEqual(
      parts.flat().map((value) => [value]),
    );
  });

  it('refuses big-endian data in both formats', async () => {
    for (const format of ['stream', 'file'] as const) {
      const mark = vi.spyOn(FlatSchema, 'addEndianness');
      mark.mockImplementation((builder) => builder.addFieldInt16(0, Endianness.Big, Endianness.Little));
      const big = tableToIPC(tableOf(3), format);
      mark.mockRestore();
      await expect(collect(fromArrow(write('big', big)))).rejects.toThrow(
        /^Expected little-endian Arrow data, got big-endian/,
      );
    }
  });

  it('refuses other files and bytes behind the end', async () => {
    const text = write('text.csv', 'age,sex\n1,m\n');
    await expect(collect(fromArrow(text))).rejects.toThrow(
      `Expected an Arrow stream or file, got bytes that begin with "age,sex\\n" (${text})`,
    );
    const stream = tableToIPC(tableOf(3), 'stream');
    await expect(collect(fromArrow(write('two', Buffer.concat([stream, stream]))))).rejects.toThrow('got more bytes');
  });

  it('gives InputErrors, or the values, for data changed at random', async () => {
    const bytes = tableToIPC(tableOf(20), 'stream');
    const data = bodyPositions(bytes);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...data), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= change;
        const error: unknown = await collect(fromArrow(chunksOf(changed, 4096), { batchRows: 7 })).catch(
          (error: unknown) => error,
        );
        if (error instanceof Error) expect(error).toBeInstanceOf(InputError);
      }),
      { numRuns: 300 },
    );
  });

  it('names the column whose offsets were damaged', async () => {
    const bytes = tableToIPC(tableOf(3), 'stream');
    // Offsets 0, 0, 6, 12 of `name`: the second value would end before it begins.
    const at = Buffer.from(bytes).indexOf(Buffer.from(Int32Array.of(0, 0, 6, 12).buffer));
    bytes[at + 8] = 200;
    await expect(collect(fromArrow(write('offsets', bytes)))).rejects.toThrow(/do not fit together.*column `name`/);
  });
});
