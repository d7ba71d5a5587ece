import { unpackLz4Block } from './unpack-lz4-block.js';
import { xxh32 } from './xxh32.js';

const MAGIC = 0x184d2204;
/** The shortest frame: its magic number, two bytes of descriptor, their checksum and the end mark. */
const LEAST_BYTES = 11;
/** Bits of the first byte of a frame's descriptor. */
const INDEPENDENT = 0x20;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY = 0x01;
/** The bit of a block's size that says that it is not compressed. */
const PLAIN = 0x80000000;

/**
 * Fills `output` with what one LZ4 frame holds. The checksums that it has are looked at. A SyntaxError says what was found in
 * place of a frame of exactly so many bytes.
 *
 * Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function unpackLz4(frame: Uint8Array, output: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let from = 0;
  const uint32 = () => {
    from += 4;
    if (from > frame.length) throw cutOff();
    return view.getUint32(from - 4, true);
  };
  if (frame.length < LEAST_BYTES) throw cutOff();
  if (uint32() !== MAGIC) throw new SyntaxError('bytes that do not begin as a frame');
  const flags = frame[from] ?? 0;
  if (flags >> 6 !== 1) throw new SyntaxError(`a frame of version ${flags >> 6}`);
  if (flags & DICTIONARY) throw new SyntaxError('a frame that needs a dictionary');
  const descriptor = frame.subarray(from, from + (flags & CONTENT_SIZE ? 10 : 2));
  from += descriptor.length;
  if (((xxh32(descriptor) >> 8) & 255) !== frame[from])
    throw new SyntaxError('a frame whose header has another checksum');
  from += 1;

  let to = 0;
  for (let size = uint32(); size !== 0; size = uint32()) {
    const block = frame.subarray(from, from + (size & ~PLAIN));
    if (block.length < (size & ~PLAIN)) throw cutOff();
    from += block.length;
    if (flags & BLOCK_CHECKSUM) check(block, uint32());
    if (size < PLAIN) to = unpackLz4Block(block, output, to, flags & INDEPENDENT ? to : 0);
    else {
      if (to + block.length > output.length) throw new SyntaxError('more bytes');
      output.set(block, to);
      to += block.length;
    }
  }
  if (to < output.length) throw new SyntaxError(`${to} bytes`);
  if (flags & CONTENT_CHECKSUM) check(output, uint32());
  if (from < frame.length) throw new SyntaxError('more bytes behind the frame');
}

function check(bytes: Uint8Array, checksum: number): void {
  if (xxh32(bytes) !== checksum) throw new SyntaxError('bytes with another checksum');
}

function cutOff(): SyntaxError {
  return new SyntaxError('a frame that is cut off');
}
