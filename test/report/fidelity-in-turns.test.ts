import { Field, Float64, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fillUniforms, randomKey } from '../../src/random.js';
import { fidelity } from '../../src/report/fidelity.js';
import { fidelityInTurns } from '../../src/report/fidelity-in-turns.js';
import { tableFromJSON } from '../operators/rows.js';

/** A table of numbers and categories, alternating. */
function table(rows: number, columns: number, seed: number) {
  const ids = Array.from({ length: rows }, (_, r) => r);
  const draws = new Float32Array(rows * columns);
  fillUniforms(randomKey(seed), ids, columns, draws);
  const names = Array.from({ length: columns }, (_, c) => `c${c}`);
  const value = (r: number, c: number) => {
    const draw = draws[r * columns + c] as number;
    return c % 2 === 0 ? draw : `level ${Math.floor(5 * draw)}`;
  };
  const records = ids.map((r) => Object.fromEntries(names.map((name, c) => [name, value(r, c)])));
  const schema = new Schema(names.map((name, c) => new Field(name, c % 2 === 0 ? new Float64() : new Utf8(), true)));
  return { names, batch: tableFromJSON(records, schema) };
}

describe('fidelityInTurns', () => {
  it('gives what fidelity gives, time and again', async () => {
    const [real, first, second] = [1, 2, 3].map((seed) => table(300, 6, seed).batch) as [never, never, never];
    const names = ['c1', 'c4', 'c5', 'c0'];
    const compare = fidelityInTurns([real], names);
    for (const drawn of [first, second, first]) {
      expect(await compare([drawn])).toEqual(fidelity([real], [drawn], names));
    }
  });

  it('compares 1,000 pairs at most, of all columns, and lets the event loop turn', async () => {
    const [real, drawn] = [table(200, 60, 1), table(200, 60, 2)];
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const { columns, pairs } = await fidelityInTurns([real.batch], real.names)([drawn.batch]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    expect(columns).toHaveLength(60);
    expect(pairs).toHaveLength(885);
    expect(new Set(pairs.flatMap(({ columns }) => columns)).size).toBe(60);
  });
});
