import { Zstd } from '@hpcc-js/wasm-zstd';
import { describe, expect, it } from 'vitest';
import { unpackZstd } from '../../src/sources/unpack-zstd.js';

const zstd = await Zstd.load();
const text = Buffer.from(Array.from({ length: 30_000 }, (_, i) => `${(i * i) % 971} `).join(''));

function unpack(frames: Uint8Array, length: number): Buffer {
  const output = Buffer.alloc(length);
  unpackZstd(frames, output);
  return output;
}

describe('unpackZstd', () => {
  it('reads one frame, several, and one that does not say how long it is', () => {
    expect(unpack(zstd.compress(text), text.length).equals(text)).toBe(true);
    const two = Buffer.concat([zstd.compress(text.subarray(0, 1000)), zstd.compress(text.subarray(1000))]);
    expect(unpack(two, text.length).equals(text)).toBe(true);
    zstd.reset();
    const streamed = Buffer.concat([zstd.compressChunk(text), zstd.compressEnd()]);
    expect(unpack(streamed, text.length).equals(text)).toBe(true);
    expect(unpack(zstd.compress(new Uint8Array(0)), 0)).toHaveLength(0);
  });

  it('says that a frame is cut off, wherever it is', () => {
    const frame = zstd.compress(text.subarray(0, 500));
    for (let length = 0; length < frame.length; length += 1) {
      expect(() => unpack(frame.subarray(0, length), 500)).toThrow(SyntaxError);
    }
    expect(() => unpack(frame.subarray(0, -5), 500)).toThrow(new SyntaxError('a frame that is cut off'));
  });

  it('says what it holds in place of so many bytes', () => {
    const frame = zstd.compress(text);
    expect(() => unpack(frame, text.length - 1)).toThrow(new SyntaxError('more bytes'));
    expect(() => unpack(frame, text.length + 1)).toThrow(new SyntaxError(`${text.length} bytes`));
    expect(() => unpack(Buffer.from('not a frame of zstd'), 5)).toThrow(new SyntaxError('a frame that cannot be read'));
  });

  it.each([
    ['window', [0x00, 31 << 3]],
    ['content of 4 bytes', [0xa0, 0, 0, 0, 0xf0]],
    ['content of 8 bytes', [0xe0, 0, 0, 0, 0, 1, 0, 0, 0]],
    ['content behind the identifier of a dictionary', [0xa1, 9, 0, 0, 0, 0xf0]],
  ])('takes no memory for the %s that a damaged header asks for', (_, header) => {
    const frame = Uint8Array.of(40, 181, 47, 253, ...header, 1, 0, 0);
    expect(() => unpack(frame, 10)).toThrow(new SyntaxError('a frame with too large a window'));
  });
});
