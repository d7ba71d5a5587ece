import { describe, expect, it } from 'vitest';
import { checkThrift } from '../../src/sources/check-thrift.js';

const check = (bytes: readonly number[]) =>
  checkThrift({ view: new DataView(Uint8Array.from(bytes).buffer), offset: 0 });

describe('checkThrift', () => {
  it('takes every type of field, by its distance and by its number', () => {
    const truth = [0x11, 0x12];
    const numbers = [
      0x13,
      7,
      0x14,
      1,
      0x15,
      0x80,
      1,
      0x16,
      ...Array<number>(9).fill(255),
      1,
      0x17,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
    ];
    const text = [0x18, 2, 65, 66];
    const lists = [0x19, 0x21, 1, 2, 0x19, 0xf5, 15, ...Array<number>(15).fill(0)];
    const struct = [0x1c, 0x05, 0x08, 3, 0];
    expect(() => check([...truth, ...numbers, ...text, ...lists, ...struct, 0])).not.toThrow();
  });

  it.each([
    ['a number of more than 64 bits', [0x16, ...Array<number>(20).fill(255), 1, 0], 'a number of more than 10 bytes'],
    ['a list longer than the bytes', [0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f, 0, 0], 'a list of 268435455 items'],
    ['a text longer than the bytes', [0x18, 9, 65, 0], 'a header that is cut off'],
    ['a struct without its end', [0x1c, 0x15, 0], 'a header that is cut off'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => check(bytes)).toThrow(new RangeError(message));
  });
});
