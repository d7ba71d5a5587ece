import type { Points, RecordSpace } from './record-space.js';

/** A hash of each row's codes in some category columns, and of its ranks where asked for: equal rows have equal hashes (FNV-1a). */
export function hashesOf(
  { ranked, coded }: RecordSpace,
  { rows, codes, ranks }: Points,
  columns: readonly number[],
  withRanks = false,
): Uint32Array {
  const bits = new Int32Array(ranks.buffer, ranks.byteOffset, ranks.length);
  const hashes = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let hash = 0x811c9dc5;
    for (const column of columns) hash = mixed(hash, codes[row * coded + column] as number);
    for (let c = 0; withRanks && c < ranked; c += 1) hash = mixed(hash, bits[row * ranked + c] as number);
    hashes[row] = hash;
  }
  return hashes;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  return product ^ (product >>> 15);
}
