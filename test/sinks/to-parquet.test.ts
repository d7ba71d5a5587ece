import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DataType,
  Dictionary,
  Field,
  Int8,
  Int32,
  IntervalYearMonth,
  List,
  makeData,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { from, lastValueFrom, of } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { toParquet } from '../../src/sinks/to-parquet.js';
import { fromParquet } from '../../src/sources/from-parquet.js';
import { batchOf, describeSink } from '../conformance/describe-sink.js';
import { everyType, jsonOf, nestedTypes } from '../parquet-table.js';
import { collect, rowsOf } from '../sources/fixtures.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;
const hasPandas = hasPyarrow && spawnSync(python, ['-c', 'import pandas']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'rx-augment-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A type of up to three levels below a list, and rows of it. */
const nestedColumn = fc.array(fc.constantFrom('list', 'struct'), { maxLength: 3 }).chain((kinds) => {
  let type: DataType = new Utf8();
  let value: fc.Arbitrary<unknown> = fc.option(fc.string());
  for (const kind of [...kinds, 'list']) {
    if (kind === 'list') {
      type = new List(new Field('item', type, true));
      value = fc.option(fc.array(value, { maxLength: 3 }));
    } else {
      type = new Struct([new Field('part', type, true), new Field('n', new Int32(), true)]);
      value = fc.option(fc.record({ part: value, n: fc.option(fc.integer({ min: 0, max: 9 })) }));
    }
  }
  return fc.record({ type: fc.constant(type), values: fc.array(value, { minLength: 1, maxLength: 8 }) });
});

let rowsRead: [number, string][] = [];
describeSink({
  name: 'toParquet',
  sink: (target, options) => toParquet(target, { ...options, rowGroupRows: 1 }),
  read: (bytes) => {
    const path = join(folder, 'read.parquet');
    writeFileSync(path, bytes);
    rowsRead = readNow(path);
    return rowsRead;
  },
  empty: { error: /Expected at least one batch or the option `schema`/ },
});

/** `describeSink` reads without waiting, so a process of its own does. */
function readNow(path: string): [number, string][] {
  const module = new URL('../../dist/index.js', import.meta.url).href;
  const program = `import { fromParquet } from '${module}';
    const rows = [];
    fromParquet(process.argv[1]).subscribe({
      next: (batch) => { for (const { n, label } of batch) rows.push([n, label]); },
      error: (error) => { console.error(error.message); process.exitCode = 1; },
      complete: () => console.log(JSON.stringify(rows)),
    });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('toParquet', () => {
  it('is read back with the same values, types and metadata', async () => {
    const path = join(folder, 'types.parquet');
    const batch = everyType();
    await lastValueFrom(of(batch).pipe(toParquet(path)));
    const [back] = await collect(fromParquet(path));
    const shown = ({ schema }: typeof batch) =>
      schema.fields.map(({ name, type, nullable, metadata }) => [name, typeName(type), nullable, [...metadata]]);
    expect(shown(back!)).toEqual(shown(batch));
    expect(rowsOf([back!])).toEqual(rowsOf([batch]));
    for (const name of ['us', 'ns'])
      expect(back!.getChild(name)!.data[0]!.values).toEqual(batch.getChild(name)!.data[0]!.values.slice(0, 3));
  });

  it.skipIf(!hasPyarrow)('is read by pyarrow with the same values and types (skipped without pyarrow)', async () => {
    const path = join(folder, 'types.parquet');
    const batch = everyType();
    await lastValueFrom(of(batch).pipe(toParquet(path)));
    const program = `import pyarrow as p, pyarrow.parquet as q, sys
t = q.read_table(sys.argv[1])
p.ipc.new_stream(sys.argv[2], t.schema).write_table(t)`;
    const arrow = join(folder, 'types.arrows');
    const { status, stderr } = spawnSync(python, ['-c', program, path, arrow], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const { readFileSync } = await import('node:fs');
    const table = tableFromIPC(readFileSync(arrow));
    expect(rowsOf(table.batches)).toEqual(rowsOf([batch]));
    const shown = (schema: Schema) => schema.fields.map(({ name, type, nullable }) => [name, typeName(type), nullable]);
    // pyarrow restores the dictionary, with indices of 32 bits.
    const expected = shown(batch.schema).map(([name, type, nullable]) => [
      name,
      String(type).replace('dictionary<int8', 'dictionary<int32'),
      nullable,
    ]);
    const found = shown(table.schema).map(([name, type, nullable]) => [
      name,
      String(type).replace('dictionary<int8', 'dictionary<int32'),
      nullable,
    ]);
    expect(found).toEqual(expected);
  });

  it('writes row groups as batches arrive', async () => {
    const path = join(folder, 'groups.parquet');
    const batches = Array.from({ length: 10 }, (_, i) => batchOf(100, i * 100));
    await lastValueFrom(from(batches).pipe(toParquet(path, { rowGroupRows: 300 })));
    const { readFileSync } = await import('node:fs');
    const { row_groups: groups } = parquetMetadata(new Uint8Array(readFileSync(path)));
    expect(groups.map(({ num_rows: rows }) => Number(rows))).toEqual([300, 300, 300, 100]);
    expect(rowsOf(await collect(fromParquet(path)))).toEqual(rowsOf(batches));
  });

  it('refuses types that Parquet lacks, and sizes that are none', async () => {
    const write = (type: DataType) => {
      const batch = toBatch(new Schema([new Field('c', type, true)]), 0, [makeData({ type, length: 0 })]);
      return lastValueFrom(of(batch).pipe(toParquet(join(folder, 'x'))));
    };
    const expected = 'Expected column `c` to be of a type that is written to Parquet, got ';
    const months = new IntervalYearMonth();
    await expect(write(months)).rejects.toThrow(`${expected}\`interval<year_month>\``);
    await expect(write(new Struct([]))).rejects.toThrow(`${expected}\`struct<>\``);
    await expect(write(new List(new Field('item', months, true)))).rejects.toThrow(
      `${expected}\`list<interval<year_month>>\` with \`interval<year_month>\` in it`,
    );
    expect(() => toParquet('x', { rowGroupRows: 0 })).toThrow(RangeError);
    const same = new Schema([new Field('a', new Int32(), true), new Field('a', new Int32(), true)]);
    const data = vectorFromArray([1], new Int32()).data[0]!;
    await expect(lastValueFrom(of(toBatch(same, 1, [data, data])).pipe(toParquet(join(folder, 'x'))))).rejects.toThrow(
      'Expected columns of different names, got `a` twice',
    );
  });

  it('writes nested columns that are read back as they were, also of slices', async () => {
    const path = join(folder, 'nested.parquet');
    const batch = nestedTypes();
    await lastValueFrom(of(batch, batch.slice(1, 3), batch.slice(0, 1)).pipe(toParquet(path, { rowGroupRows: 4 })));
    const back = await collect(fromParquet(path));
    const [first, second, third] = jsonOf([batch]);
    expect(jsonOf(back)).toEqual([first, second, third, second, third, first]);
    const shown = ({ schema }: typeof batch) =>
      schema.fields.map(({ name, type, nullable }) => [name, typeName(type), nullable]);
    // pyarrow cannot read fixed-size lists that are null.
    const expected = shown(batch).map(([name, type, nullable]) => [
      name,
      type === 'fixed-size-list(2)<float32>' ? 'list<float32>' : type,
      nullable,
    ]);
    expect(shown(back[0]!)).toEqual(expected);
  });

  it('writes lists and structs of any depth', async () => {
    const path = join(folder, 'deep.parquet');
    await fc.assert(
      fc.asyncProperty(nestedColumn, async ({ type, values }) => {
        const data = vectorFromArray(values, type).data[0]!;
        const batch = toBatch(new Schema([new Field('c', type, true)]), values.length, [data]);
        await lastValueFrom(of(batch).pipe(toParquet(path)));
        const [back] = await collect(fromParquet(path));
        expect(typeName(back!.schema.fields[0]!.type)).toBe(typeName(type));
        expect(jsonOf([back!])).toEqual(jsonOf([batch]));
      }),
      { numRuns: 100 },
    );
  });

  it('is read by DuckDB with the same nested values', async () => {
    const path = join(folder, 'nested-duckdb.parquet');
    const batch = nestedTypes();
    await lastValueFrom(of(batch).pipe(toParquet(path)));
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT * EXCLUDE map FROM '${path}'`);
    const at = batch.schema.names.indexOf('map');
    expect(reader.getRowsJson()).toEqual(jsonOf([batch]).map((row) => row.filter((_, i) => i !== at)));
    const maps = await connection.runAndReadAll(`SELECT map['b'], cardinality(map) FROM '${path}'`);
    expect(maps.getRowsJson()).toEqual([
      [1, '2'],
      [null, '0'],
      [null, null],
    ]);
    connection.closeSync();
    instance.closeSync();
  });

  it('keeps the order of the words of dictionaries, those without rows too', async () => {
    const path = join(folder, 'words.parquet');
    const type = new Dictionary(new Utf8(), new Int8(), null, true);
    const words = vectorFromArray(['low', 'middle', 'high', 'highest'], new Utf8());
    const data = makeData({
      type,
      length: 3,
      nullCount: 1,
      nullBitmap: Uint8Array.of(5),
      data: Int8Array.of(2, 0, 0),
      dictionary: words,
    });
    const batch = toBatch(new Schema([new Field('size', type, true)]), 3, [data]);
    await lastValueFrom(of(batch, batch).pipe(toParquet(path)));
    const [back] = await collect(fromParquet(path));
    const column = back!.getChild('size')!;
    expect([...column]).toEqual(['high', null, 'low', 'high', null, 'low']);
    expect([...column.data[0]!.dictionary!]).toEqual(['low', 'middle', 'high', 'highest']);
    expect((column.type as Dictionary).isOrdered).toBe(true);
    const { readFileSync } = await import('node:fs');
    const { row_groups: groups } = parquetMetadata(new Uint8Array(readFileSync(path)));
    const { min_value: least, max_value: most, null_count: nulls } = groups[0]!.columns[0]!.meta_data!.statistics!;
    expect([least, most, nulls]).toEqual(['high', 'low', 2n]);
  });

  it.skipIf(!hasPandas)('gives pandas the frame that it wrote (skipped without pandas)', async () => {
    const [path, out] = [join(folder, 'pandas.parquet'), join(folder, 'pandas-out.parquet')];
    const make = `import pandas as pd, sys
pd.DataFrame({'size': pd.Categorical(['high', None, 'low'], categories=['low', 'middle', 'high'], ordered=True), 'n': pd.array([1, None, 3], dtype='Int64'),
 'when': pd.date_range('2024-01-01', periods=3, tz='Europe/Berlin'), 'took': pd.to_timedelta([1, 2, 3], unit='min'), 'text': ['a', None, 'b'],
 'span': pd.interval_range(0, 3), 'month': pd.period_range('2024-01', periods=3, freq='M')}, index=pd.Index(['x', 'y', 'z'], name='key')).to_parquet(sys.argv[1])`;
    const compare = `import pandas as pd, sys
pd.testing.assert_frame_equal(*[pd.read_parquet(path) for path in sys.argv[1:]])`;
    const run = (program: string, ...args: string[]) => {
      const { status, stderr } = spawnSync(python, ['-c', program, ...args], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    };
    run(make, path);
    await lastValueFrom(fromParquet(path).pipe(toParquet(out)));
    run(compare, path, out);
  });
});
