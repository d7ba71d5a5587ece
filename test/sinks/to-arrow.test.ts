import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  type Data,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
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
import { everyType } from '../parquet-table.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow']).status === 0;
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

  const colours = (words: (string | null)[], indices: Int8 | Int32 = new Int32()) => {
    const vector = vectorFromArray(words, new Dictionary(new Utf8(), indices));
    return batch({ colour: vector.data[0]! }, words.length);
  };

  it.each(['stream', 'file'] as const)(
    'writes dictionaries of other words from batch to batch (%s)',
    async (format) => {
      const first = colours(['red', null, 'green']);
      const batches = [first, colours(['green', 'blue', null, 'red']).slice(1, 4), colours(['pink', 'blue']), first];
      const path = join(folder, 'words');
      await lastValueFrom(from(batches).pipe(toArrow(path, { format })));
      const table = tableFromIPC(readFileSync(path));
      expect(table.toArray().map(({ colour }) => colour)).toEqual([
        'red',
        null,
        'green',
        'blue',
        null,
        'red',
        'pink',
        'blue',
        'red',
        null,
        'green',
      ]);
    },
  );

  it('shares dictionaries whose indices have 64 bits', async () => {
    const type = new Dictionary<Utf8, Int32>(new Utf8(), new Int64() as never);
    const column = (words: string[], codes: bigint[]) => {
      const dictionary = vectorFromArray(words, new Utf8());
      return batch(
        { colour: makeData({ type, length: codes.length, data: BigInt64Array.from(codes) as never, dictionary }) },
        codes.length,
      );
    };
    const path = join(folder, 'wide.arrow');
    await lastValueFrom(
      from([column(['red', 'green'], [0n, 1n]), column(['blue', 'red'], [1n, 0n])]).pipe(toArrow(path)),
    );
    const [, second] = tableFromIPC(readFileSync(path)).batches;
    const { values, dictionary } = second!.data.children[0]!;
    expect([...values]).toEqual([0n, 2n]);
    expect([...dictionary!]).toEqual(['red', 'green', 'blue']);
  });

  it('says where a file has more words than its indices can tell apart', async () => {
    const words = (from: number) => Array.from({ length: 100 }, (_, i) => `word ${from + i}`);
    const batches = [colours(words(0), new Int8()), colours(words(50), new Int8())];
    await expect(lastValueFrom(from(batches).pipe(toArrow(join(folder, 'many.arrow'))))).rejects.toThrow(
      'Expected the words of column `colour` in one file to fit `dictionary<int8, utf8>`, got 129',
    );
    expect(readdirSync(folder)).not.toContain('many.arrow');
  });

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

  it.skipIf(!hasPyarrow).each(['file', 'stream'] as const)(
    'is read by pyarrow with the same values, as a %s (skipped without pyarrow)',
    async (format) => {
      const path = join(folder, `python.${format}`);
      await lastValueFrom(from([everyType(), everyType()]).pipe(toArrow(path, { format })));
      const program = `import pyarrow as p, sys
t = p.ipc.open_${format}(sys.argv[1]).read_all()
t.validate(full=True)
print(t.schema.metadata, t.num_rows, t.slice(3) == t.slice(0, 3))
for name in t.column_names: print(name, t[name].type, t[name].slice(0, 3).to_pylist() if name != 'ns' else t[name].cast(p.int64()).to_pylist()[:3])`;
      const { stdout, stderr } = spawnSync(python, ['-c', program, path], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(
        stdout
          .trimEnd()
          .replaceAll(/tzinfo=<UTC>|tzinfo=[\w.]+\(key='UTC'\)/g, 'tzinfo=UTC')
          .split('\n'),
      ).toEqual([
        'None 6 True',
        'flag bool [True, False, None]',
        'tiny int8 [-128, 127, None]',
        'whole int32 [-2147483648, 5, None]',
        'long int64 [-9223372036854775808, 9007199254740993, None]',
        'natural uint32 [4294967295, 0, None]',
        'large uint64 [18446744073709551615, 1, None]',
        'single float [0.5, -1.25, None]',
        'real double [0.1, inf, None]',
        "text string ['ü😀', '', None]",
        "word dictionary<values=string, indices=int8, ordered=0> ['red', 'green', None]",
        "bytes binary [b'\\x00\\xff', b'', None]",
        "fixed fixed_size_binary[2] [b'\\x01\\x02', b'\\x03\\x04', None]",
        'day date32[day] [datetime.date(1969, 12, 31), datetime.date(2024, 2, 29), None]',
        'ms timestamp[ms] [datetime.datetime(1969, 12, 31, 23, 59, 59, 999000), datetime.datetime(2023, 11, 14, 22, 13, 20, 123000), None]',
        'us timestamp[us, tz=UTC] [datetime.datetime(1970, 1, 1, 0, 0, 0, 1500, tzinfo=UTC), datetime.datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC), None]',
        'ns timestamp[ns] [-1, 1700000000123456789, None]',
        "money decimal128(20, 2) [Decimal('-1.23'), Decimal('123.45'), None]",
        'id int32 [1, 2, 3]',
      ]);
    },
  );
});
