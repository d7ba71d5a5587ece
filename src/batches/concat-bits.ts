/** Some bits of a bitmap, least significant bit first; without `bits` they are all ones. */
export interface BitRange {
  readonly bits: Uint8Array | undefined;
  /** The position of the first bit. */
  readonly offset: number;
  readonly length: number;
}

/** One bitmap of all ranges one after the other, padded with zeros to a multiple of 8 bytes. */
export function concatBits(ranges: readonly BitRange[]): Uint8Array {
  const length = ranges.reduce((total, range) => total + range.length, 0);
  const joined = new Uint8Array(((length + 63) >> 6) << 3);
  let at = 0;
  for (const { bits, offset, length } of ranges) {
    if (bits !== undefined && ((at | offset) & 7) === 0) {
      joined.set(bits.subarray(offset >> 3, (offset + length + 7) >> 3), at >> 3);
      const last = (at + length) >> 3;
      // The bytes copied may carry bits beyond the range.
      if ((length & 7) !== 0) joined[last] = (joined[last] as number) & ((1 << (length & 7)) - 1);
    } else {
      for (let i = 0; i < length; i += 1) {
        const from = offset + i;
        if (bits !== undefined && (((bits[from >> 3] as number) >> (from & 7)) & 1) === 0) continue;
        const to = at + i;
        joined[to >> 3] = (joined[to >> 3] as number) | (1 << (to & 7));
      }
    }
    at += length;
  }
  return joined;
}
