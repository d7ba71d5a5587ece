import { mixBits } from './distinct-count.js';

/** Texts as UTF-8 bytes, each with a number: what a `Map<string, number>` is, without making a string of every cell. */
export interface TextTable {
  readonly size: number;
  /** Total length of the texts, in bytes. */
  readonly byteLength: number;
  /** The number of a text: its own from now on, counting from 0. `hash` is its `hashBytes`. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): number;
  /** The number of a text, -1 when it was never added. */
  find(bytes: Uint8Array, start: number, end: number): number;
  text(id: number): string;
  /** The bytes of a text; a view, not to be kept across `add`. */
  bytes(id: number): Uint8Array;
}

/** A hash of bytes with all its 32 bits well mixed (FNV-1a, finalised). */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return mixBits(hash);
}

/** A table of texts, in the given order. */
export function createTextTable(texts: readonly string[] = []): TextTable {
  let pool = new Uint8Array(1024);
  let slots = new Int32Array(64).fill(-1);
  const ends: number[] = [0];
  const hashes: number[] = [];

  function slotOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let id = slots[slot] as number; id >= 0; id = slots[slot] as number) {
      if (hashes[id] === hash && equals(id, bytes, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = ends[id] as number;
    if ((ends[id + 1] as number) - from !== end - start) return false;
    for (let i = start, k = from; i < end; i += 1, k += 1) if (bytes[i] !== pool[k]) return false;
    return true;
  }

  function insert(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const id = hashes.length;
    const from = ends[id] as number;
    const to = from + end - start;
    if (to > pool.length) {
      const larger = new Uint8Array(2 * to);
      larger.set(pool);
      pool = larger;
    }
    pool.set(bytes.subarray(start, end), from);
    ends.push(to);
    hashes.push(hash);
    if (2 * hashes.length > slots.length) rehash();
    return id;
  }

  function rehash(): void {
    slots = new Int32Array(2 * slots.length).fill(-1);
    hashes.forEach((hash, id) => {
      let slot = hash & (slots.length - 1);
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id;
    });
  }

  const table: TextTable = {
    get size() {
      return hashes.length;
    },
    get byteLength() {
      return ends[hashes.length] as number;
    },
    add(bytes, start, end, hash) {
      const slot = slotOf(bytes, start, end, hash);
      const found = slots[slot] as number;
      if (found >= 0) return found;
      // Before inserting: a rehash places the new text itself.
      slots[slot] = hashes.length;
      return insert(bytes, start, end, hash);
    },
    find: (bytes, start, end) => slots[slotOf(bytes, start, end, hashBytes(bytes, start, end))] as number,
    text: (id) => decoder.decode(table.bytes(id)),
    bytes: (id) => pool.subarray(ends[id] as number, ends[id + 1] as number),
  };
  for (const text of texts) {
    const bytes = encoder.encode(text);
    table.add(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
  }
  return table;
}

const encoder = new TextEncoder();
// Keeps a leading byte-order mark: it is part of the value.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
