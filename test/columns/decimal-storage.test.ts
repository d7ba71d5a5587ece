import { Decimal, makeData } from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalStorage } from '../../src/columns/decimal-storage.js';

/** The integers that words of so many bits are. */
const integersOf = (words: Uint32Array, bits: number) =>
  Array.from({ length: (words.length * 32) / bits }, (_, r) =>
    BigInt.asIntN(
      bits,
      [...words.subarray((r * bits) / 32, ((r + 1) * bits) / 32)].reduceRight(
        (sum, word) => (sum << 32n) + BigInt(word),
        0n,
      ),
    ),
  );

describe('decimalStorage', () => {
  it.each([64, 128, 256])('writes two’s complement of %i bits and reads it back', (bits) => {
    const storage = decimalStorage(new Decimal(2, 15, bits));
    fc.assert(
      fc.property(
        fc.array(
          fc.maxSafeInteger().map((n) => Math.trunc(n / 10)),
          { minLength: 1 },
        ),
        (cents) => {
          const values = Float64Array.from(cents, (n) => n / 100);
          const words = storage.write(values) as Uint32Array;
          expect(integersOf(words, bits)).toEqual(cents.map(BigInt));
          const data = makeData({ type: new Decimal(2, 15, bits), length: cents.length, data: words });
          expect([...storage.read(data)]).toEqual([...values].map((value) => value + 0));
        },
      ),
    );
  });

  it('keeps to the digits of the type', () => {
    const { nearest } = decimalStorage(new Decimal(1, 3));
    expect([1e9, -1e9, 1.26, -0.04].map((value) => nearest(value) + 0)).toEqual([99.9, -99.9, 1.3, 0]);
  });

  it.each([128, 256])('writes few decimals exactly in a type of many, of %i bits', (bits) => {
    const type = new Decimal(18, 38, bits);
    const storage = decimalStorage(type);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e13, max: 1e13 }), { minLength: 1 }), (cents) => {
        const values = Float64Array.from(cents, (n) => n / 100);
        const words = storage.write(values) as Uint32Array;
        expect(integersOf(words, bits)).toEqual(cents.map((n) => BigInt(n) * 10n ** 16n));
        expect([...storage.read(makeData({ type, length: cents.length, data: words }))]).toEqual(
          [...values].map((v) => v + 0),
        );
        expect([...values].map((value) => storage.nearest(value) + 0)).toEqual([...values].map((v) => v + 0));
      }),
    );
  });

  it('rounds, and keeps to the digits, beyond 2^53 too', () => {
    const { write } = decimalStorage(new Decimal(2, 17));
    const values = Float64Array.of(
      123456789012345.67,
      -123456789012345.67,
      1e15,
      -1e300,
      1e300,
      2 ** 56 / 1000 + 0.00390625,
    );
    expect(integersOf(write(values) as Uint32Array, 128)).toEqual([
      12345678901234567n,
      -12345678901234567n,
      99999999999999999n,
      -99999999999999999n,
      99999999999999999n,
      7205759403792794n,
    ]);
  });
});
