import { describe, expect, it } from 'vitest';
import { bestSplit } from '../../src/report/best-split.js';
import { histogramLayout, sumsLess, sumsOf, totalsLess, totalsOf } from '../../src/report/tree-histogram.js';

const rows = 400;
const scatter = (row: number, salt: number) => ((row + 1) * 2654435761 * (salt + 3)) % 4294967296;
const share = (row: number, salt: number) => scatter(row, salt) / 4294967296;
/** Few bins, many, levels, and levels one of which is the missing bin; every third column misses values. */
const columns = [3, 200, 5, 90].map((bins, c) =>
  Uint8Array.from({ length: rows }, (_, row) => (row % 7 === c ? 255 : Math.floor(share(row, c) * bins))),
);
const ordered = [true, true, false, false];
const gradient = Float64Array.from({ length: rows }, (_, row) => share(row, 9) - 0.3 - 0.2 * (columns[0]![row]! % 2));
const curvature = Float64Array.from({ length: rows }, (_, row) => 0.05 + share(row, 10) / 5);
const all = Int32Array.from({ length: rows }, (_, row) => row);

/** What a split gains, by going through the rows. */
function gainOf(chosen: Int32Array, goesLeft: (row: number) => boolean): number {
  const side = (is: boolean) =>
    totalsOf(
      gradient,
      curvature,
      chosen.filter((row) => goesLeft(row) === is),
    );
  const gain = (part: { gradient: number; curvature: number }) => part.gradient ** 2 / part.curvature;
  return gain(side(true)) + gain(side(false)) - gain(totalsOf(gradient, curvature, chosen));
}

/** The most that any cut of an ordered column gains, and any first so many levels by their mean gradient. */
function mostGain(chosen: Int32Array, leastRows: number): number {
  let most = 0;
  columns.forEach((bins, c) => {
    const mean = (bin: number) => {
      const { gradient: g, curvature: h } = totalsOf(
        gradient,
        curvature,
        chosen.filter((row) => bins[row] === bin),
      );
      return g / (h + 10);
    };
    const found = [...new Set(chosen.map((row) => bins[row]!))].sort((a, b) => a - b);
    const cuts = ordered[c] ? found.filter((bin) => bin !== 255) : found.sort((a, b) => mean(a) - mean(b));
    for (const missingLeft of ordered[c] ? [false, true] : [false]) {
      for (let k = 1; k <= cuts.length; k += 1) {
        const left = new Set([...cuts.slice(0, k), ...(missingLeft ? [255] : [])]);
        const size = chosen.filter((row) => left.has(bins[row]!)).length;
        if (size < leastRows || chosen.length - size < leastRows) continue;
        most = Math.max(
          most,
          gainOf(chosen, (row) => left.has(bins[row]!)),
        );
      }
    }
  });
  return most;
}

describe('bestSplit', () => {
  const layout = histogramLayout({ rows, columns, ordered });
  const splitOf = (chosen: Int32Array) =>
    bestSplit(layout, totalsOf(gradient, curvature, chosen), sumsOf(layout, gradient, curvature, chosen), 20)!;

  it('finds the cut that gains most, of all columns, whichever side the missing go to', () => {
    for (const size of [400, 150, 60]) {
      const chosen = all.filter((row) => scatter(row, size) % rows < size);
      const found = splitOf(chosen);
      expect(found.gain).toBeCloseTo(mostGain(chosen, 20), 9);
      const bins = columns[found.column]!;
      expect(gainOf(chosen, (row) => found.goesLeft[bins[row]!] === 1)).toBeCloseTo(found.gain, 9);
    }
  });

  it('finds the same by what is left of a whole', () => {
    const [part, rest] = [all.filter((row) => row % 3 === 0), all.filter((row) => row % 3 !== 0)];
    const [whole, less] = [all, part].map((chosen) => sumsOf(layout, gradient, curvature, chosen)) as [
      ReturnType<typeof sumsOf>,
      ReturnType<typeof sumsOf>,
    ];
    const totals = totalsLess(totalsOf(gradient, curvature, all), totalsOf(gradient, curvature, part));
    const found = bestSplit(layout, totals, sumsLess(whole, less), 20)!;
    const direct = splitOf(rest);
    expect(found.gain).toBeCloseTo(direct.gain, 9);
    expect([found.column, found.goesLeft]).toEqual([direct.column, direct.goesLeft]);
  });

  it('keeps room for bins in use alone, and uses it again', () => {
    expect(layout.offsets.at(-1)).toBe(3 + 200 + 5 + 90 + 4);
    const first = sumsOf(layout, gradient, curvature, all);
    layout.spare.push(first);
    const again = sumsOf(layout, gradient, curvature, all.subarray(0, 10));
    expect(again).toBe(first);
    expect(again.counts.reduce((sum, count) => sum + count, 0)).toBe(10 * columns.length);
  });

  it('splits nothing where both sides would be too small', () => {
    const chosen = all.subarray(0, 39);
    expect(
      bestSplit(layout, totalsOf(gradient, curvature, chosen), sumsOf(layout, gradient, curvature, chosen), 20),
    ).toBe(undefined);
  });
});
