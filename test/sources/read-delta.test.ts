import fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { describe, expect, it } from 'vitest';
import { readDelta } from '../../src/sources/read-delta.js';

function readerOf(bytes: readonly number[] | Uint8Array) {
  return { view: new DataView(Uint8Array.from(bytes).buffer), offset: 0 };
}

describe('readDelta', () => {
  it('reads what a writer writes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 300 }), (values) => {
        const [narrow, wide] = [new ByteWriter(), new ByteWriter()];
        deltaBinaryPack(narrow, Int32Array.from(values), 'INT32');
        deltaBinaryPack(wide, BigInt64Array.from(values, BigInt), 'INT64');
        expect([...readDelta(readerOf(narrow.getBytes()), values.length, 32)]).toEqual(values);
        expect([...readDelta(readerOf(wide.getBytes()), values.length, 64)]).toEqual(values.map(BigInt));
      }),
    );
  });

  // The size of a block, its parts, how many there are, the first, then blocks.
  it.each([
    ['no parts', [128, 1, 0, 9, 0, 0], 'blocks of 128 numbers in 0 parts'],
    [
      'a block of 2^32 - 128 numbers',
      [0x80, 0xff, 0xff, 0xff, 15, 1, 9, 0, 0, 0],
      'blocks of 4294967168 numbers in 1 parts',
    ],
    ['no numbers in a block', [0, 4, 9, 0, 0, 0, 0, 0, 0], 'blocks of 0 numbers in 4 parts'],
    ['more parts than bytes', [0x80, 0x80, 0x80, 0x80, 2, 0x80, 0x80, 0x80, 8, 9, 0, 0], 'a block of 16777216 parts'],
    ['differences of 65 bits', [128, 1, 4, 9, 0, 0, 65, 0, 0, 0], 'differences of 65 bits'],
    [
      'a difference without an end',
      [128, 1, 4, 9, 0, ...Array<number>(99).fill(255)],
      'a number of more than 10 bytes',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readDelta(readerOf(bytes), 9, 64)).toThrow(new RangeError(message));
    expect(() => readDelta(readerOf(bytes), 9, 32)).toThrow(new RangeError(message));
  });
});
