/** Reads exact numbers of bytes from chunks of any size. */
export interface ByteReader {
  /** The next `length` bytes in memory of their own, aligned for every Arrow type; fewer only at the end of the input. */
  read(length: number): Promise<Uint8Array>;
}

/** A reader over chunks; it takes no more of them than it needs. */
export function createByteReader(chunks: AsyncIterator<Uint8Array>): ByteReader {
  let chunk: Uint8Array = new Uint8Array(0);
  return {
    async read(length) {
      const pieces: Uint8Array[] = [];
      let held = 0;
      while (held < length) {
        if (chunk.length === 0) {
          const next = await chunks.next();
          if (next.done) break;
          chunk = next.value;
        }
        const piece = chunk.subarray(0, length - held);
        chunk = chunk.subarray(piece.length);
        pieces.push(piece);
        held += piece.length;
      }
      // Allocated only now: a damaged length must not claim memory for bytes that never come.
      const bytes = new Uint8Array(held);
      let at = 0;
      for (const piece of pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
  };
}
