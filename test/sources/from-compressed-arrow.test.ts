import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Field, Int32, Schema, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { BodyCompression } from 'apache-arrow/fb/body-compression';
import { CompressionType } from 'apache-arrow/fb/compression-type';
import { compressionRegistry } from 'apache-arrow/ipc/compression/registry';
import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { InputError } from '../../src/errors.js';
import { toArrow } from '../../src/sinks/to-arrow.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { describeSource } from '../conformance/describe-source.js';
import { packArrow } from '../pack-arrow.js';
import { everyType } from '../parquet-table.js';
import { COMPRESSED, COMPRESSED_BY_POLARS, COMPRESSED_ROWS } from './compressed-arrow.js';
import { bodyPositions, chunksOf, collect, rowsOf, temporaryFolder } from './fixtures.js';

const python = process.env.PYTHON ?? 'python3';
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow.feather']).status === 0;

function tableOf(rows: number): Table {
  const ids = Array.from({ length: rows }, (_, id) => id);
  const names = ids.map((id) => (id % 5 === 0 ? null : `name ${id}`));
  const schema = new Schema([new Field('id', new Int32(), true), new Field('name', new Utf8(), true)]);
  const data = [vectorFromArray(ids, new Int32()).data[0]!, vectorFromArray(names, new Utf8()).data[0]!];
  return new Table(schema, [batchOf(schema, rows, data)]);
}

for (const format of ['stream', 'file'] as const) {
  const bytes = packArrow(tableOf(500), format);
  describeSource({
    name: `fromArrow (${format} format, compressed)`,
    open: fromArrow,
    encode: (rows) => packArrow(tableOf(rows), format),
    damaged: bytes.subarray(0, bytes.length - 4),
  });
}

describe('fromArrow of compressed data', () => {
  const write = temporaryFolder();

  it.each(['lz4', 'zstd'] as const)('reads what pyarrow wrote with %s, nulls, dictionaries and all', async (codec) => {
    const path = write('pyarrow.arrows', COMPRESSED[codec]);
    const [batch, ...others] = await collect(fromArrow(path));
    expect(others).toEqual([]);
    expect(batch!.schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`)).toEqual([
      'id: int64',
      'kind: dictionary<int32, utf8>',
      'text: utf8',
    ]);
    expect(rowsOf([batch!])).toEqual(COMPRESSED_ROWS);
    expect(rowsOf(await collect(fromArrow(chunksOf(COMPRESSED[codec], 100), { batchRows: 2 })))).toEqual(
      COMPRESSED_ROWS,
    );
  });

  it('reads what Polars wrote, and looks at its checksums', async () => {
    const batches = await collect(fromArrow(chunksOf(COMPRESSED_BY_POLARS, 100)));
    expect(rowsOf(batches)).toEqual(COMPRESSED_ROWS.slice(0, 3));
    const bytes = Buffer.from(COMPRESSED_BY_POLARS);
    // Another letter makes a block that can be read as well.
    bytes[bytes.lastIndexOf('spam')]! ^= 1;
    await expect(collect(fromArrow(chunksOf(bytes, 100)))).rejects.toThrow(
      'Expected 100000 bytes unpacked from LZ4 data, got bytes with another checksum in record batch 1',
    );
  });

  it.each(['stream', 'file'] as const)('reads every type from a %s', async (format) => {
    const whole = everyType();
    const batches = [whole, whole.slice(1, 1), whole.slice(0, 0), whole];
    const table = new Table(batches);
    expect(rowsOf(await collect(fromArrow(write('types', packArrow(table, format)))))).toEqual(rowsOf(batches));
  });

  it('leaves the registry of codecs to others', async () => {
    const decode = vi.fn();
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
    expect(rowsOf(await collect(fromArrow(chunksOf(COMPRESSED.lz4, 1000))))).toEqual(COMPRESSED_ROWS);
    expect(decode).not.toHaveBeenCalled();
  });

  it('says that it is truncated, wherever it is cut', async () => {
    const bytes = COMPRESSED.lz4;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: bytes.length - 1 }), async (length) => {
        const reading = collect(fromArrow(chunksOf(bytes.subarray(0, length), 777)));
        await expect(reading).rejects.toThrow(/^Expected [^\n]*the Arrow data is truncated \(input\)$/);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['lz4', 'LZ4', 'bytes that do not begin as a frame'],
    ['zstd', 'zstd', 'a frame that cannot be read'],
  ] as const)('names the batch whose %s data is damaged', async (codec, name, found) => {
    const magic = codec === 'lz4' ? [4, 34, 77, 24] : [40, 181, 47, 253];
    const bytes = Buffer.from(COMPRESSED[codec]);
    const at = bytes.lastIndexOf(Uint8Array.from(magic));
    const size = bytes.readBigInt64LE(at - 8);
    const damaged = (change: (bytes: Buffer) => void) => {
      const changed = Buffer.from(bytes);
      change(changed);
      return collect(fromArrow(write('damaged.arrows', changed)));
    };
    const place = /in record batch 3: the data is damaged \(.*damaged\.arrows\)$/.source;
    const expected = `^Expected ${size} bytes unpacked from ${name} data, got`;
    await expect(damaged((it) => it.fill(0, at, at + 4))).rejects.toThrow(new RegExp(`${expected} ${found} ${place}`));
    await expect(damaged((it) => it.writeBigInt64LE(size - 1n, at - 8))).rejects.toThrow(
      new RegExp(`^Expected ${size - 1n} bytes unpacked from ${name} data, got more bytes ${place}`),
    );
    await expect(damaged((it) => it.writeBigInt64LE(size + 1n, at - 8))).rejects.toThrow(
      new RegExp(`^Expected ${size + 1n} bytes unpacked from ${name} data, got ${size} bytes ${place}`),
    );
    for (const wrong of [-2n, 2n ** 40n, 2n ** 62n]) {
      await expect(damaged((it) => it.writeBigInt64LE(wrong, at - 8))).rejects.toThrow(
        new RegExp(`^Expected a buffer of ${name} data and its length, got bytes that are none ${place}`),
      );
    }
  });

  it('names a codec that it does not know', async () => {
    const mark = vi.spyOn(BodyCompression, 'addCodec');
    mark.mockImplementation((builder) => builder.addFieldInt8(0, 7, 0));
    const path = write('codec.feather', packArrow(tableOf(100), 'file'));
    mark.mockRestore();
    await expect(collect(fromArrow(path))).rejects.toThrow(
      new InputError('Expected buffers compressed by LZ4 or zstd, got codec 7 in record batch 1', { source: path }),
    );
  });

  it.each(['lz4', 'zstd'] as const)('gives InputErrors, or values, for %s data changed at random', async (codec) => {
    const bytes = COMPRESSED[codec];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bodyPositions(bytes)),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Uint8Array.from(bytes);
          changed[at]! ^= change;
          const error: unknown = await collect(fromArrow(chunksOf(changed, 4096))).catch((error: unknown) => error);
          if (error instanceof Error) expect(error).toBeInstanceOf(InputError);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.skipIf(!hasPyarrow).each([
    ['lz4', 'file'],
    ['zstd', 'file'],
    ['lz4', 'stream'],
    ['zstd', 'stream'],
  ])('reads with %s, as a %s, what pyarrow reads (skipped without pyarrow)', async (codec, format) => {
    const [plain, path, again] = ['plain', 'packed', 'again'].map((name) => write(`${name}.arrow`, ''));
    const program = `import pyarrow as p, sys, datetime as d, decimal
n = 12000
def some(values, type=None): return p.array([None if i % 7 == 3 else values[i % len(values)] for i in range(n)], type)
t = p.table({'i': some(range(9973), p.int32()), 'l': some([2**53 + 1, -2**63, 0], p.int64()), 'f': some([0.5, -1e300, 7.25]),
 'b': some([True, False, False]), 's': some(['', 'ü', 'spam ' * 9]), 'large': some(['one', 'two'], p.large_string()),
 'word': some(['red', 'green', 'blue']).dictionary_encode(), 'none': p.nulls(n, p.float32()), 'same': p.array([7] * n, p.int16()),
 'us': some([0, -1000000, 1700000000123456], p.timestamp('us', tz='UTC')), 'ms': some([5, 1700000000123], p.timestamp('ms')),
 'day': some([d.date(2024, 2, 29), d.date(1960, 1, 1)]), 'money': some([decimal.Decimal('-1.23'), decimal.Decimal('5.00')])})
for name, codec in (sys.argv[1], None), (sys.argv[2], sys.argv[3]):
  with p.ipc.new_${format}(name, t.schema, options=p.ipc.IpcWriteOptions(compression=codec)) as writer:
    writer.write_table(t, max_chunksize=9000)
    writer.write_batch(t.to_batches()[0].slice(0, 0))`;
    const { status, stderr } = spawnSync(python, ['-c', program, plain!, path!, codec], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(statSync(path!).size).toBeLessThan(statSync(plain!).size / 2);
    const batches = await collect(fromArrow(path!));
    const expected = await collect(fromArrow(plain!));
    expect(batches[0]!.schema.toString()).toBe(expected[0]!.schema.toString());
    expect(rowsOf(batches)).toEqual(rowsOf(expected));
    await lastValueFrom(fromArrow(path!).pipe(toArrow(again!, { format: 'file' })));
    const check = `import pyarrow as p, sys
t, again = p.ipc.open_${format}(sys.argv[1]).read_all(), p.ipc.open_file(sys.argv[2]).read_all()
print(again.num_rows, [name for name in t.column_names if t[name].to_pylist() != again[name].to_pylist()])`;
    expect(spawnSync(python, ['-c', check, plain!, again!], { encoding: 'utf8' }).stdout).toBe('12000 []\n');
  });

  it.skipIf(!hasPyarrow).each(['lz4', 'zstd'])(
    'reads a Feather file of pyarrow with %s (skipped without pyarrow)',
    async (codec) => {
      const path = write('pyarrow.feather', '');
      const program = `import pyarrow as p, pyarrow.feather as f, sys
f.write_feather(p.table({'id': list(range(200000)), 'kind': p.array(['a', 'b'] * 100000).dictionary_encode()}), sys.argv[1], compression=sys.argv[2])`;
      const { status, stderr } = spawnSync(python, ['-c', program, path, codec], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const batches = await collect(fromArrow(path));
      expect(batches.map(({ numRows }) => numRows)).toEqual([...Array(48).fill(4096), 3392]);
      expect(rowsOf([batches[48]!])[3391]).toEqual([199999n, 'b']);
    },
  );
});
