import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type FixedSizeList, Float32 } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { fromIdx } from '../../src/sources/from-idx.js';
import { chunksOf, collect, expectClosed, temporaryFolder } from './fixtures.js';

/** An IDX file: two zero bytes, the code of the type, the number of dimensions, the sizes, the numbers. */
function idx(code: number, sizes: readonly number[], numbers: Buffer): Uint8Array {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = code;
  head[3] = sizes.length;
  for (const [i, size] of sizes.entries()) head.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([head, numbers]);
}

const pixels = Buffer.from(Array.from({ length: 60 }, (_, i) => i * 4));
const images = idx(8, [10, 2, 3], pixels);
const labels = idx(8, [10], Buffer.from([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]));

describe('fromIdx', () => {
  const write = temporaryFolder();

  it('reads images as a tensor column, and labels beside them', async () => {
    const batches = await collect(
      fromIdx(write('images', images), { labels: pathToFileURL(write('labels', labels)), batchRows: 4 }),
    );
    expect(batches.map(({ numRows }) => numRows)).toEqual([4, 4, 2]);
    const [field, label] = batches[0]!.schema.fields;
    expect(field!.metadata.get('ARROW:extension:name')).toBe('arrow.fixed_shape_tensor');
    expect(JSON.parse(field!.metadata.get('ARROW:extension:metadata')!)).toEqual({ shape: [2, 3, 1] });
    expect((field!.type as FixedSizeList).listSize).toBe(6);
    expect(label!.name).toBe('label');
    const read = batches.flatMap((batch) => [...(batch.data.children[0]!.children[0]!.values as Uint8Array)]);
    expect(read).toEqual([...pixels]);
    expect(batches.flatMap((batch) => [...batch.getChild('label')!])).toEqual([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]);
    await expectClosed();
  });

  it('reads the same from compressed files and any chunks', async () => {
    const readAll = async (source: string | AsyncIterable<Uint8Array>) =>
      (await collect(fromIdx(source))).map((batch) => batch.data.children[0]!.children[0]!.values);
    const whole = await readAll(write('again', images));
    expect(await readAll(write('images.gz', gzipSync(images)))).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), async (size) => {
        expect(await readAll(chunksOf(images, size))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('reads numbers of the other types in the order of the machine', async () => {
    const floats = Buffer.alloc(16);
    for (const [i, value] of [1.5, -2, 0.25, 1e10].entries()) floats.writeFloatBE(value, 4 * i);
    const [batch] = await collect(fromIdx(write('floats', idx(13, [2, 1, 1, 2], floats))));
    const field = batch!.schema.fields[0]!;
    expect((field.type as FixedSizeList).valueType).toBeInstanceOf(Float32);
    expect(JSON.parse(field.metadata.get('ARROW:extension:metadata')!)).toEqual({ shape: [1, 1, 2] });
    expect([...(batch!.data.children[0]!.children[0]!.values as Float32Array)]).toEqual([1.5, -2, 0.25, 1e10]);
    const [none] = await collect(fromIdx(write('none', idx(8, [0, 2, 3], Buffer.alloc(0)))));
    expect(none!.numRows).toBe(0);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['csv', Buffer.from('a,b\n1,2\n'), /Expected an IDX file, got other bytes at its start \(.*csv\)/],
    ['cut', images.subarray(0, 40), /Expected 10 records of 6 bytes, got a file that ends \(.*cut, row 5\)/],
    ['header', images.subarray(0, 9), /Expected an IDX header, got a file that ends/],
    ['long', Buffer.concat([images, Buffer.from('x')]), /the end of the file after 10 records, got more/],
    ['cut.gz', gzipSync(images).subarray(0, 30), /Expected gzip data, got a file that ends too early \(.*cut\.gz\)/],
    ['damaged.gz', Buffer.from('no gzip at all'), /Expected gzip data, got incorrect header check/],
    ['flat', idx(8, [2, 0, 3], Buffer.alloc(0)), /records of at least one number, got shape \[0, 3\]/],
  ])('refuses %s', async (name, bytes, message) => {
    const reading = collect(fromIdx(write(name, bytes)));
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(InputError);
    await expectClosed();
  });

  it('refuses other numbers of labels than of images', async () => {
    const few = idx(8, [9], Buffer.alloc(9));
    const reading = collect(fromIdx(write('i', images), { labels: write('few', few) }));
    await expect(reading).rejects.toThrow(/Expected 10 labels, one a record, got 9 \(.*few\)/);
    await expectClosed();
  });
});
