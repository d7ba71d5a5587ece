import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  type Data,
  Dictionary,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { from, lastValueFrom, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toArrow } from '../../src/sinks/to-arrow.js';
import { batchOf, describeSink } from '../conformance/describe-sink.js';

const magic = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 6)).toString() === 'ARROW1';

for (const format of ['stream', 'file'] as const) {
  describeSink({
    name: `toArrow, ${format} format`,
    sink: (target, options) => toArrow(target, { ...options, format }),
    read: (bytes) => {
      expect(magic(bytes)).toBe(format === 'file');
      // A whole stream ends in its end-of-stream marker, a whole file in the magic bytes.
      const end = Buffer.from(bytes.subarray(-8));
      if (format === 'stream') expect(end.toString('hex')).toBe('ffffffff00000000');
      else expect(end.toString('latin1').slice(2)).toBe('ARROW1');
      const table = tableFromIPC(bytes);
      expect(table.schema.names).toEqual(['n', 'label']);
      return table.toArray().map(({ n, label }) => [n, label]);
    },
    empty: { error: /Expected at least one batch or the option `schema`/ },
  });
}

describe('toArrow', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rx-augment-arrow-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const batch = (fields: Record<string, Data>, length: number) => {
    const schema = new Schema(Object.entries(fields).map(([name, { type }]) => new Field(name, type, true)));
    const children = Object.values(fields);
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
  };

  it.each([
    ['x.arrow', true],
    ['x.feather', true],
    ['x.arrows', false],
    ['x.bin', false],
  ])('chooses the format of %s by its name', async (name, file) => {
    await lastValueFrom(of(batchOf(3)).pipe(toArrow(join(folder, name))));
    expect(magic(readFileSync(join(folder, name)))).toBe(file);
  });

  it('refuses an unknown format', () => {
    expect(() => toArrow('x', { format: 'parquet' as 'file' })).toThrow(RangeError);
  });

  it.each(['stream', 'file'] as const)('keeps columns apart that share one buffer (%s)', async (format) => {
    const shared = new Float64Array(2000).map((_, i) => i);
    const column = (at: number) =>
      makeData({ type: new Float64(), length: 1000, data: shared.subarray(at, at + 1000) });
    const path = join(folder, 'shared');
    // `b` lies right behind `a`, and `c` is `a` again.
    await lastValueFrom(
      of(batch({ a: column(0), b: column(1000), c: column(0) }, 1000)).pipe(toArrow(path, { format })),
    );
    const table = tableFromIPC(readFileSync(path));
    for (const [name, at] of [
      ['a', 0],
      ['b', 1000],
      ['c', 0],
    ] as const)
      expect(table.getChild(name)?.toArray()).toEqual(shared.slice(at, at + 1000));
  });

  it('copies, so that a batch may be refilled once it was taken', async () => {
    const values = Int32Array.of(1, 2, 3);
    const chunks: Uint8Array[] = [];
    const slow = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await lastValueFrom(
      of(batch({ n: makeData({ type: new Int32(), length: 3, data: values }) }, 3)).pipe(toArrow(slow)),
    );
    values.fill(-1);
    expect(
      tableFromIPC(Buffer.concat(chunks))
        .toArray()
        .map(({ n }) => n),
    ).toEqual([1, 2, 3]);
  });

  it.each(['stream', 'file'] as const)(
    'writes slices and dictionaries whose ids differ from batch to batch (%s)',
    async (format) => {
      const words = vectorFromArray(['red', 'green', 'blue'], new Utf8());
      const column = (codes: number[]) => {
        const type = new Dictionary(new Utf8(), new Int32());
        return makeData({ type, length: codes.length, data: Int32Array.from(codes), dictionary: words });
      };
      const batches = [batch({ colour: column([0, 1, 2, 1]) }, 4).slice(1, 4), batch({ colour: column([2, 0]) }, 2)];
      const path = join(folder, 'dictionary');
      expect(batches[0]!.schema.fields[0]!.type.id).not.toBe(batches[1]!.schema.fields[0]!.type.id);
      await lastValueFrom(from(batches).pipe(toArrow(path, { format })));
      const colours = tableFromIPC(readFileSync(path))
        .toArray()
        .map(({ colour }) => colour);
      expect(colours).toEqual(['green', 'blue', 'green', 'blue', 'red']);
    },
  );

  it('keeps nulls and the metadata of fields', async () => {
    const type = new Int32();
    const data = makeData({
      type,
      length: 3,
      nullCount: 1,
      nullBitmap: Uint8Array.of(0b101),
      data: Int32Array.of(7, 8, 9),
    });
    const schema = new Schema([new Field('n', type, true, new Map([['unit', 'kg']]))]);
    const struct = makeData({ type: new Struct(schema.fields), length: 3, nullCount: 0, children: [data] });
    const path = join(folder, 'nulls.arrow');
    await lastValueFrom(of(new RecordBatch(schema, struct)).pipe(toArrow(path)));
    const table = tableFromIPC(readFileSync(path));
    expect(table.toArray().map(({ n }) => n)).toEqual([7, null, 9]);
    expect(table.schema.fields[0]!.metadata.get('unit')).toBe('kg');
  });

  it.runIf(spawnSync('python3', ['-c', 'import pyarrow']).status === 0)('is read by pyarrow', async () => {
    const path = join(folder, 'python.arrow');
    await lastValueFrom(from([batchOf(3), batchOf(4, 3)]).pipe(toArrow(path)));
    const program = 'import pyarrow as p, sys; print(p.ipc.open_file(sys.argv[1]).read_all().to_pydict())';
    const { stdout } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });
    expect(stdout).toContain("'n': [0, 1, 2, 3, 4, 5, 6]");
  });
});
