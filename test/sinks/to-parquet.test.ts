import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Field, Int32, List, Schema, tableFromIPC, vectorFromArray } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { from, lastValueFrom, of } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { toParquet } from '../../src/sinks/to-parquet.js';
import { fromParquet } from '../../src/sources/from-parquet.js';
import { batchOf, describeSink } from '../conformance/describe-sink.js';
import { everyType } from '../parquet-table.js';
import { collect, rowsOf } from '../sources/fixtures.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'rx-augment-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

  it('refuses nested columns and sizes that are none', async () => {
    const type = new List(new Field('item', new Int32(), true));
    const batch = toBatch(new Schema([new Field('l', type, true)]), 1, [vectorFromArray([[1]], type).data[0]!]);
    await expect(lastValueFrom(of(batch).pipe(toParquet(join(folder, 'x'))))).rejects.toThrow(
      'Expected column `l` to be of a type that is written to Parquet, got `list<int32>`',
    );
    expect(() => toParquet('x', { rowGroupRows: 0 })).toThrow(RangeError);
    const same = new Schema([new Field('a', new Int32(), true), new Field('a', new Int32(), true)]);
    const data = vectorFromArray([1], new Int32()).data[0]!;
    await expect(lastValueFrom(of(toBatch(same, 1, [data, data])).pipe(toParquet(join(folder, 'x'))))).rejects.toThrow(
      'Expected columns of different names, got `a` twice',
    );
  });
});
