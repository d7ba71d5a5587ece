/** Bytes from which on a copy by the engine is faster than a loop. */
const LONG = 32;

/**
 * Fills `output` from position `to` on with what one LZ4 block holds, and returns the position behind it. Matches reach back to
 * position `begin` and no further. A SyntaxError says what was found in place of a block that fits in there.
 *
 * Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function unpackLz4Block(block: Uint8Array, output: Uint8Array, to: number, begin: number): number {
  let at = to;
  let from = 0;
  /** A length of 15 goes on: bytes of 255 and a smaller one are to be added. */
  const whole = (length: number) => {
    let sum = length;
    for (let more = length === 15 ? 255 : 0; more === 255; sum += more) {
      if (from >= block.length) throw damaged();
      more = block[from++] ?? 0;
    }
    return sum;
  };
  while (from < block.length) {
    const token = block[from++] ?? 0;
    const literals = whole(token >> 4);
    if (from + literals > block.length) throw damaged();
    if (at + literals > output.length) throw tooMuch();
    if (literals > LONG) output.set(block.subarray(from, from + literals), at);
    else for (let i = 0; i < literals; i += 1) output[at + i] = block[from + i] ?? 0;
    from += literals;
    at += literals;
    if (from === block.length) return at; // The last sequence has no match.

    const offset = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    if (from > block.length || offset === 0 || offset > at - begin) throw damaged();
    const length = whole(token & 15) + 4;
    if (at + length > output.length) throw tooMuch();
    // A match may overlap with what it makes, and then repeats it.
    if (length > LONG && offset >= length) output.copyWithin(at, at - offset, at - offset + length);
    else for (let i = 0; i < length; i += 1) output[at + i] = output[at - offset + i] ?? 0;
    at += length;
  }
  throw damaged();
}

function damaged(): SyntaxError {
  return new SyntaxError('a block that cannot be read');
}

function tooMuch(): SyntaxError {
  return new SyntaxError('more bytes');
}
