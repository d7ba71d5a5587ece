import type { Data } from 'apache-arrow';

/** The validity bitmap of a column, to be read at bit `data.offset + row`; undefined when no row is null. */
export function validityOf(data: Data): Uint8Array | undefined {
  return data.nullCount > 0 ? data.nullBitmap : undefined;
}

/** Whether a bit is set; bits count from the lowest of each byte. Without a bitmap every bit is. */
export function isSet(bitmap: Uint8Array | undefined, bit: number): boolean {
  return bitmap === undefined || (((bitmap[bit >> 3] as number) >> (bit & 7)) & 1) === 1;
}

/** A bitmap of `length` bits, padded to 8 bytes, every bit set or every bit clear. */
export function bitmapOf(length: number, set: boolean): Uint8Array {
  return new Uint8Array(((length + 63) >> 6) << 3).fill(set ? 255 : 0);
}

/** Clears one bit. */
export function clearBit(bitmap: Uint8Array, bit: number): void {
  bitmap[bit >> 3] = (bitmap[bit >> 3] as number) & ~(1 << (bit & 7));
}

/** Sets one bit. */
export function setBit(bitmap: Uint8Array, bit: number): void {
  bitmap[bit >> 3] = (bitmap[bit >> 3] as number) | (1 << (bit & 7));
}
