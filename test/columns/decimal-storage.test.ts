import { Decimal, makeData } from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalStorage } from '../../src/columns/decimal-storage.js';

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
          const stride = bits / 32;
          const written = cents.map((_, r) =>
            BigInt.asIntN(
              bits,
              [...words.subarray(r * stride, (r + 1) * stride)].reduceRight(
                (sum, word) => (sum << 32n) + BigInt(word),
                0n,
              ),
            ),
          );
          expect(written).toEqual(cents.map(BigInt));
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
});
