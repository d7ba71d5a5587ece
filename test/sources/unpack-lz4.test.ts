import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackLz4 } from '../../src/sources/unpack-lz4.js';
import { xxh32 } from '../../src/sources/xxh32.js';

interface FrameOptions {
  /** Bits of the descriptor's first byte beside the version. */
  readonly flags?: number;
  /** What stands in the descriptor behind its two bytes. */
  readonly extra?: readonly number[];
  readonly tail?: readonly number[];
}

/** A frame of blocks as they are given: bytes for a compressed one, text for one that is not. */
function frameOf(blocks: readonly (readonly number[] | string)[], options: FrameOptions = {}): Uint8Array {
  const { flags = 0, extra = [], tail = [] } = options;
  const descriptor = [0x40 | flags, 0x40, ...extra];
  const bytes = [4, 34, 77, 24, ...descriptor, (xxh32(Uint8Array.from(descriptor)) >> 8) & 255];
  for (const block of blocks) {
    const data = typeof block === 'string' ? [...Buffer.from(block)] : block;
    bytes.push(...uint32(data.length + (typeof block === 'string' ? 2 ** 31 : 0)), ...data);
    if (flags & 0x10) bytes.push(...uint32(xxh32(Uint8Array.from(data))));
  }
  return Uint8Array.from([...bytes, ...uint32(0), ...tail]);
}

const uint32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const codes = (text: string) => [...Buffer.from(text)];

function unpack(frame: Uint8Array, length: number): string {
  const output = new Uint8Array(length);
  unpackLz4(frame, output);
  return Buffer.from(output).toString();
}

describe('unpackLz4', () => {
  // Literals "abc", a match of 9 three bytes back, the last literals "de".
  const repeat = [0x35, ...codes('abc'), 3, 0, 0x20, ...codes('de')];

  it('repeats what a match makes, and takes blocks that are not compressed', () => {
    expect(unpack(frameOf([repeat]), 14)).toBe('abcabcabcabcde');
    expect(unpack(frameOf(['plain ', repeat, '!']), 21)).toBe('plain abcabcabcabcde!');
    expect(unpack(frameOf([]), 0)).toBe('');
  });

  it.each([0, 14, 15, 16, 30, 255 + 14, 255 + 15, 255 + 16, 700])('reads %i literals and a match of 4 more', (n) => {
    const more = n < 15 ? [] : [...Array(Math.floor((n - 15) / 255)).fill(255), (n - 15) % 255];
    const text = Array.from({ length: n }, (_, i) => String.fromCharCode(97 + ((i * 7) % 26))).join('');
    const offset = [(n + 6) & 255, (n + 6) >> 8];
    const block = [17 * Math.min(15, n), ...more, ...codes(text), ...offset, ...more, 0];
    const expected = `start ${text}${`start ${text}`.slice(0, n + 4)}`;
    expect(unpack(frameOf(['start ', block]), expected.length)).toBe(expected);
  });

  it('lets matches reach into earlier blocks unless they are independent', () => {
    const linked = [0x00, 6, 0, 0x10, ...codes('.')];
    expect(unpack(frameOf(['again ', linked]), 11)).toBe('again agai.');
    expect(() => unpack(frameOf(['again ', linked], { flags: 0x20 }), 11)).toThrow('a block that cannot be read');
  });

  it('looks at the checksums of blocks, contents and the header', () => {
    const content = uint32(xxh32(Buffer.from('abcabcabcabcde')));
    const frame = frameOf([repeat], { flags: 0x1c, extra: [14, 0, 0, 0, 0, 0, 0, 0], tail: content });
    expect(unpack(frame, 14)).toBe('abcabcabcabcde');
    for (let at = 4; at < frame.length; at += 1) {
      const changed = Uint8Array.from(frame);
      changed[at]! ^= 1;
      expect(() => unpack(changed, 14)).toThrow(SyntaxError);
    }
  });

  it.each<[string, Uint8Array, number]>([
    ['more bytes', frameOf([repeat]), 13],
    ['more bytes', frameOf(['abc', 'de']), 4],
    ['more bytes', frameOf([[0x3f, ...codes('abc'), 3, 0, 255, 0, 0x10, 65]]), 20],
    ['14 bytes', frameOf([repeat]), 15],
    ['bytes that do not begin as a frame', Buffer.from('not an LZ4 frame'), 5],
    ['a frame of version 2', Uint8Array.of(4, 34, 77, 24, 0x80, 0x40, 0, 0, 0, 0, 0), 0],
    ['a frame that needs a dictionary', frameOf([repeat], { flags: 1, extra: [1, 2, 3, 4] }), 14],
    ['more bytes behind the frame', frameOf([repeat], { tail: [0] }), 14],
    ['a block that cannot be read', frameOf([[0x00, 0, 0, 0x10, 65]]), 5],
    ['a block that cannot be read', frameOf([[0x10, 65, 2, 0, 0x10, 65]]), 6],
    ['a block that cannot be read', frameOf([[0x10, 65, 1, 0]]), 5],
    ['a block that cannot be read', frameOf([[0xf0, 255, 255]]), 5],
    ['a block that cannot be read', frameOf([[0x50, 65]]), 5],
  ])('says: %s', (message, frame, length) => {
    expect(() => unpack(frame, length)).toThrow(new SyntaxError(message));
  });

  it('says that a frame is cut off, wherever it is', () => {
    const frame = frameOf(['plain ', repeat], { flags: 0x14, tail: [1, 2, 3, 4] });
    for (let length = 0; length < frame.length; length += 1) {
      expect(() => unpack(frame.subarray(0, length), 20)).toThrow(/^a frame that is cut off$/);
    }
  });

  it('throws nothing but SyntaxErrors, and writes nowhere else, whatever the block', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }), fc.nat(60), (block, length) => {
        const memory = new Uint8Array(length + 20);
        try {
          unpackLz4(frameOf(['start ', block]), memory.subarray(10, 10 + length));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
        expect([...memory.subarray(0, 10), ...memory.subarray(10 + length)]).toEqual(Array(20).fill(0));
      }),
      { numRuns: 500 },
    );
  });
});
