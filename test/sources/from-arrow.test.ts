import { spawnSync } from 'node:child_process';
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
import { Field as FlatField } from 'apache-arrow/fb/field';
import { Schema as FlatSchema } from 'apache-arrow/fb/schema';
import { Type } from 'apache-arrow/fb/type';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { InputError } from '../../src/errors.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { describeSource } from '../conformance/describe-source.js';
import { bodyPositions, chunksOf, collect, rowsOf, temporaryFolder } from './fixtures.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow']).status === 0;

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

  it.each([
    [Type.RunEndEncoded, 'run-end-encoded: decode it before it is written, as pyarrow.compute.run_end_decode does'],
    [Type.LargeListView, 'large-list-view: cast it to large-list before it is written'],
    [99, 'type 99: cast it to another one before it is written'],
  ])('names the column of a type that it does not read, %i', async (type, found) => {
    const table = tableOf(3).select(['name']);
    for (const format of ['stream', 'file'] as const) {
      const mark = vi.spyOn(FlatField, 'addTypeType');
      mark.mockImplementation((builder) => builder.addFieldInt8(2, type, 0));
      const path = write(`type-${type}`, tableToIPC(table, format));
      mark.mockRestore();
      await expect(collect(fromArrow(path))).rejects.toThrow(
        new InputError(`Expected a type that can be read, got ${found}`, { source: path, column: 'name' }),
      );
    }
  });

  it.skipIf(!hasPyarrow)(
    'names the column of the types of pyarrow that it does not read (skipped without)',
    async () => {
      const path = write('types.arrows', '');
      const program = `import pyarrow as p, pyarrow.compute as c, sys
t = p.table({'id': [1, 2], sys.argv[2]: eval(sys.argv[3])})
with p.ipc.new_stream(sys.argv[1], t.schema) as w: w.write_table(t)`;
      for (const [name, values, found] of [
        ['state', "c.run_end_encode(p.array(['a', 'a']))", 'run-end-encoded'],
        ['lists', 'p.array([[1], [2]], p.list_view(p.int32()))', 'list-view'],
        ['outer', "p.array([{'x': [1]}, None], p.struct([('x', p.large_list_view(p.int32()))]))", 'large-list-view'],
      ] as const) {
        const { status, stderr } = spawnSync(python, ['-c', program, path, name, values], { encoding: 'utf8' });
        expect([status, stderr]).toEqual([0, '']);
        const error: unknown = await collect(fromArrow(path)).catch((error: unknown) => error);
        expect(String(error)).toMatch(
          new RegExp(`^InputError: Expected a type that can be read, got ${found}: .*column .${name}.\\)$`),
        );
      }
    },
  );

  it('refuses other files and bytes behind the end', async () => {
    const text = write('text.csv', 'age,sex\n1,m\n');
    await expect(collect(fromArrow(text))).rejects.toThrow(
      `Expected an Arrow stream or file, got bytes that begin with "age,sex\\n" (${text})`,
    );
    const old = write('old.feather', 'FEA1\0\0\0\0');
    await expect(collect(fromArrow(old))).rejects.toThrow(
      `, a Feather file of version 1: write it as version 2, the default of pandas and pyarrow (${old})`,
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
