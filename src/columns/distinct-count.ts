/** An estimate of how many distinct hashes were added. */
export interface DistinctCount {
  add(hash: number): void;
  /** Standard error 1.6 %. */
  estimate(): number;
}

/**
 * HyperLogLog with 4,096 registers over well-mixed 32-bit hashes (Flajolet et al. 2007), with linear counting where the
 * count is small.
 */
export function createDistinctCount(): DistinctCount {
  const registers = new Uint8Array(4096);
  return {
    add(hash) {
      const register = hash >>> 20;
      const rank = Math.clz32((hash << 12) | 0x800) + 1;
      if (rank > (registers[register] as number)) registers[register] = rank;
    },
    estimate() {
      const m = registers.length;
      let sum = 0;
      let zeros = 0;
      for (const rank of registers) {
        sum += 2 ** -rank;
        if (rank === 0) zeros += 1;
      }
      const raw = ((0.7213 / (1 + 1.079 / m)) * m * m) / sum;
      if (raw <= 2.5 * m && zeros > 0) return m * Math.log(m / zeros);
      return raw > 2 ** 32 / 30 ? -(2 ** 32) * Math.log(1 - raw / 2 ** 32) : raw;
    },
  };
}

/** Spreads every bit of a 32-bit word over all others (the finaliser of MurmurHash3, Appleby). */
export function mixBits(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
