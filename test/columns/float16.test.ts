import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../src/columns/float16.js';

describe('float16', () => {
  it('reads and writes every value', () => {
    for (let bits = 0; bits < 65536; bits += 1) {
      const value = fromFloat16(bits);
      if (Number.isNaN(value)) expect(fromFloat16(toFloat16(value))).toBeNaN();
      else if (toFloat16(value) !== bits) expect.fail(`${bits} became ${toFloat16(value)}`);
    }
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
  ])('rounds %d to the nearest, ties to even', (value, bits) => {
    expect(toFloat16(value)).toBe(bits);
  });
});
