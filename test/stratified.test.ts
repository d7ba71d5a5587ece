import { describe, expect, it } from 'vitest';
import { fillUniforms, foldIn, randomKey } from '../src/random.js';
import { fillStratified } from '../src/stratified.js';

const key = randomKey(3);
const idsFrom = (first: number, n: number) => Float64Array.from({ length: n }, (_, i) => first + i);

function drawn(ids: Float64Array, columns: number, of = key): Float32Array {
  const values = new Float32Array(ids.length * columns);
  fillStratified(of, ids, columns, values);
  return values;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  return (12 / a.length) * a.reduce((sum, x, i) => sum + (x - 0.5) * (b[i]! - 0.5), 0);
}

describe('fillStratified', () => {
  it.each([
    { first: 0, n: 4096 },
    { first: 3 * 4096, n: 4096 },
    { first: 2 ** 32 + 8192, n: 8192 },
    { first: 16_384, n: 16_384 },
  ])('has one value in every $n-th of (0, 1), for each column of the rows from $first on', ({ first, n }) => {
    const columns = 6;
    const values = drawn(idsFrom(first, n), columns);
    for (let column = 0; column < columns; column += 1) {
      const strata = new Set(idsFrom(0, n).map((row) => Math.floor(values[row * columns + column]! * n)));
      expect(strata.size).toBe(n);
    }
  });

  it('fills the squares of two columns of a group evenly, 64 by 64', () => {
    const values = drawn(idsFrom(0, 4096), 2);
    const squares = new Set<number>();
    for (let row = 0; row < 4096; row += 1) {
      squares.add(Math.floor(values[2 * row]! * 64) * 64 + Math.floor(values[2 * row + 1]! * 64));
    }
    expect(squares.size).toBe(4096);
  });

  it('looks independent between columns, and between neighbouring rows', () => {
    const [n, columns] = [32_768, 9];
    const values = drawn(idsFrom(0, n), columns);
    const column = (c: number) => Array.from({ length: n }, (_, row) => values[row * columns + c]!);
    const series = Array.from({ length: columns }, (_, c) => column(c));
    // The standard deviation of independent ones is 0.0055; 117 are compared.
    for (const [a, x] of series.entries()) {
      for (const y of series.slice(a + 1)) expect(Math.abs(correlation(x, y))).toBeLessThan(0.025);
      for (const y of series) expect(Math.abs(correlation(x.slice(1), y))).toBeLessThan(0.025);
    }
  });

  it('gives a row its values whichever rows it is drawn with, and others to another key', () => {
    const all = drawn(idsFrom(0, 10_000), 5);
    expect(drawn(Float64Array.of(9999, 4095, 4096), 5)).toEqual(
      Float32Array.from([9999, 4095, 4096].flatMap((row) => [...all.subarray(row * 5, row * 5 + 5)])),
    );
    const other = drawn(idsFrom(0, 10_000), 5, foldIn(key, 1));
    expect(other.filter((value, i) => value === all[i]).length).toBeLessThan(20);
    expect(Math.min(...all)).toBeGreaterThan(0);
    expect(Math.max(...all)).toBeLessThan(1);
  });

  it('estimates the mean of a function of several columns better than independent draws', () => {
    const columns = 8;
    const errorOf = (fill: typeof fillStratified) => {
      let squares = 0;
      for (let seed = 0; seed < 20; seed += 1) {
        const values = new Float32Array(3000 * columns);
        fill(foldIn(key, seed), idsFrom(0, 3000), columns, values);
        let sum = 0;
        for (let row = 0; row < 3000; row += 1) {
          const u = values.subarray(row * columns, (row + 1) * columns);
          sum += u[0]! + u[3]! * u[3]! + (u[7]! < 0.2 ? 1 : 0);
        }
        squares += (sum / 3000 - (1 / 2 + 1 / 3 + 1 / 5)) ** 2;
      }
      return Math.sqrt(squares / 20);
    };
    // The sum's terms are stratified but for 1,096 rows missing of a block of 4,096.
    expect(errorOf(fillStratified)).toBeLessThan(0.7 * errorOf((...args) => fillUniforms(...args)));
  });
});
