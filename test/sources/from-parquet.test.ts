import { spawnSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { type Dictionary, Field, Int32, type RecordBatch, Schema, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { InputError } from '../../src/errors.js';
import { toParquet } from '../../src/sinks/to-parquet.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { fromParquet } from '../../src/sources/from-parquet.js';
import { describeSource } from '../conformance/describe-source.js';
import { everyType, jsonOf } from '../parquet-table.js';
import { collect, rowsOf, temporaryFolder } from './fixtures.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;
const schema = new Schema([new Field('id', new Int32(), true), new Field('name', new Utf8(), true)]);

function tableOf(rows: number): RecordBatch {
  const ids = Array.from({ length: rows }, (_, id) => id);
  const names = ids.map((id) => (id % 5 === 0 ? null : `name ${id}`));
  return batchOf(schema, rows, [
    vectorFromArray(ids, new Int32()).data[0]!,
    vectorFromArray(names, new Utf8()).data[0]!,
  ]);
}

async function parquetOf(batches: readonly RecordBatch[], rowGroupRows = 100): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await lastValueFrom(from(batches).pipe(toParquet(stream, { rowGroupRows })));
  return Buffer.concat(chunks);
}

const encoded = new Map<number, Buffer>();
for (const rows of [0, 1, 3, 7, 10, 50, 64, 1000, 10_000, 20_000]) encoded.set(rows, await parquetOf([tableOf(rows)]));

describeSource({
  name: 'fromParquet',
  open: fromParquet,
  encode: (rows) => encoded.get(rows)!,
  damaged: encoded.get(1000)!.subarray(0, -20),
});

describe('fromParquet', () => {
  const write = temporaryFolder();

  it('says in one line that the file is cut off, wherever it is', async () => {
    const bytes = await parquetOf([everyType(), everyType()], 1);
    const path = write('cut.parquet', bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
        write('cut.parquet', bytes.subarray(0, length));
        const error: unknown = await collect(fromParquet(path)).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).toMatch(/^Expected [^\n]*cut\.parquet\)$/);
      }),
      { numRuns: 100 },
    );
  });

  it('names a footer that is damaged', async () => {
    const bytes = Buffer.from(encoded.get(50)!);
    bytes.write('XXXX', bytes.length - 4);
    const path = write('footer.parquet', bytes);
    await expect(collect(fromParquet(path))).rejects.toThrow(
      `Expected Parquet data, got a damaged or truncated file: parquet file invalid (footer != PAR1) (${path})`,
    );
  });

  it('reads a real file', async () => {
    const path = new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url).pathname;
    let rows = 0;
    let columns = '';
    await fromParquet(path).forEach(({ numRows, schema }) => {
      rows += numRows;
      columns = schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(', ');
    });
    expect(rows).toBe(3_000_000);
    expect(columns).toMatch(/: /);
  });

  it('names the column of a type that Arrow lacks', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const path = write('variant.parquet', '');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT 1 AS plain, 2::VARIANT AS any) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    await expect(collect(fromParquet(path))).rejects.toThrow(
      new InputError('Expected columns of types that Arrow has, got VARIANT', { source: path, column: 'any' }),
    );
  });

  it('reads lists, UUIDs and JSON of DuckDB', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const path = write('duckdb.parquet', '');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const query = `SELECT [i, NULL] AS l, {'a': i, 'b': ['x']} AS s, MAP {'k': i} AS m, '{"a":1}'::JSON AS j,
      '00000000-0000-0000-0000-00000000000a'::UUID AS u FROM range(3) t(i)`;
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    const [batch] = await collect(fromParquet(path));
    const { fields } = batch!.schema;
    expect(fields.map(({ type }) => typeName(type))).toEqual([
      'list<int64>',
      'struct<a: int64, b: list<utf8>>',
      'map<key: utf8 not null, value: int64>',
      'utf8',
      'fixed-size-binary(16)',
    ]);
    expect(fields.map(({ metadata }) => metadata.get('ARROW:extension:name'))).toEqual([
      undefined,
      undefined,
      undefined,
      'arrow.json',
      'arrow.uuid',
    ]);
    expect(jsonOf([batch!])[1]!.slice(0, 4)).toEqual([[1, null], { a: 1, b: ['x'] }, { k: 1 }, '{"a":1}']);
  });

  it.skipIf(!hasPyarrow).each(['1.0', '2.0'])(
    'reads what pyarrow makes of Arrow as it was, in pages of version %s (skipped without pyarrow)',
    async (version) => {
      const program = `import pyarrow as p, pyarrow.parquet as q, sys, decimal
codes = p.array([2, None, 0, 2], p.int8())
columns = {'list': p.array([[1, None], [], None, [3]]), 'large': p.array([['a'], [], None, ['b', None]], p.large_list(p.string())),
 'deep': p.array([[[1], None], [], None, [[]]]), 'fixed': p.array([[1, 2]] * 4, p.list_(p.float32(), 2)),
 'struct': p.array([{'a': 1, 'b': [1, 2]}, {'a': None, 'b': None}, None, {'a': 2, 'b': []}]),
 'structs': p.array([[{'a': 1}, None], [], None, [{'a': None}]]), 'map': p.array([[('a', 1), ('b', None)], [], None, [('a', 2)]], p.map_(p.string(), p.int8())),
 'zone': p.array([0, None, 1, 2], p.timestamp('us', 'Europe/Berlin')), 'text': p.array(['a', None, '', 'b'], p.large_string()),
 'view': p.array(['a', None, 'longer than twelve', 'b'], p.string_view()), 'bytes': p.array([b'a', None, b'', b'b'], p.large_binary()),
 'ordered': p.DictionaryArray.from_arrays(codes, p.array(['low', 'middle', 'high']), ordered=True), 'took': p.array([1, None, 2, 3], p.duration('ms')),
 'narrow': p.array([decimal.Decimal('-1.25'), None] * 2, p.decimal64(12, 2)), 'wide': p.array([decimal.Decimal('-1.25'), None] * 2, p.decimal256(60, 2)), 'none': p.nulls(4)}
t = p.table(columns).replace_schema_metadata({'made': 'here'})
q.write_table(t, sys.argv[1], data_page_version=sys.argv[3], row_group_size=2)
with p.ipc.new_stream(sys.argv[2], t.schema) as w: w.write_table(t)`;
      const path = write('arrow.parquet', '');
      const arrow = write('arrow.arrows', '');
      const { status, stderr } = spawnSync(python, ['-c', program, path, arrow, version], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const [expected] = await collect(fromArrow(arrow));
      const [found] = await collect(fromParquet(path));
      const shown = ({ schema }: RecordBatch) => schema.fields.map(({ name, type }) => [name, typeName(type)]);
      expect(shown(found!)).toEqual(shown(expected!));
      expect(jsonOf([found!])).toEqual(jsonOf([expected!]));
      expect([...found!.schema.metadata]).toEqual([['made', 'here']]);
      const { type, data } = found!.getChild('ordered')!;
      expect([(type as Dictionary).isOrdered, [...data[0]!.dictionary!]]).toEqual([true, ['low', 'middle', 'high']]);
    },
  );

  it.skipIf(!hasPyarrow).each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'none'])(
    'reads what pyarrow writes with %s (skipped without pyarrow)',
    async (codec) => {
      const program = `import pyarrow as p, pyarrow.parquet as q, sys, datetime as d, decimal
t = p.table({'i': p.array([1, None, -3], p.int16()), 'u': p.array([2**64-1, None, 0], p.uint64()),
 'w': p.array(['a', None, 'b']).dictionary_encode(), 't': p.array([0, None, 1700000000123456], p.timestamp('us', tz='Europe/Berlin')),
 'd': p.array([d.date(2024, 2, 29), None, d.date(1960, 1, 1)]), 'm': p.array([decimal.Decimal('-1.23'), None, decimal.Decimal('5.00')]),
 'h': p.array([0.5, None, -2.0]).cast(p.float16()), 's': p.array(['x' * 1000, None, ''])})
q.write_table(t, sys.argv[1], compression=sys.argv[2], row_group_size=2)`;
      const path = write('pyarrow.parquet', '');
      const { status, stderr } = spawnSync(python, ['-c', program, path, codec], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const [batch] = await collect(fromParquet(path));
      expect(batch!.schema.fields.map(({ type }) => typeName(type))).toEqual([
        'int16',
        'uint64',
        'dictionary<int32, utf8>',
        'timestamp[us, Europe/Berlin]',
        'date32',
        'decimal128(3, 2)',
        'float16',
        'utf8',
      ]);
      const plain = rowsOf([batch!]).map((row) => row.map((cell) => (ArrayBuffer.isView(cell) ? Number(cell) : cell)));
      expect(plain[1]).toEqual(Array(8).fill(null));
      expect(plain[0]!.filter((_, i) => i !== 5)).toEqual([
        1,
        18446744073709551615n,
        'a',
        0,
        Date.UTC(2024, 1, 29),
        0.5,
        'x'.repeat(1000),
      ]);
      expect([...(batch!.getChild('m')!.data[0]!.values as Uint32Array)].map((word) => word | 0)).toEqual([
        -123, -1, -1, -1, 0, 0, 0, 0, 500, 0, 0, 0,
      ]);
    },
  );
});
