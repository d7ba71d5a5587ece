import type { WeightedValues } from '../columns/quantile-sketch.js';
import type { ColumnSummary } from './column-summary.js';
import type { ReadColumn } from './read-table.js';

/** A part of a column, with its share of the real and of the synthetic rows that are not null. */
interface Part {
  readonly real: number;
  readonly synthetic: number;
}

/** What a chart of a column shows. */
export type Distribution =
  /** `start` and `end`: of the bin; the first and the last hold all that is beyond them too. Real shares of fewer than 5 rows are given as 0. */
  | { readonly kind: 'bins'; readonly bins: readonly (Part & { readonly start: number; readonly end: number })[] }
  /** Most frequent first; `others` are all the rest. */
  | { readonly kind: 'levels'; readonly levels: readonly (Part & { readonly level: string })[]; readonly others: Part };

/** A value fewer rows hold could be somebody's. */
const LEAST_ROWS = 5;
const MAX_LEVELS = 9;
const WANTED_BINS = 30;

/**
 * Bins with round edges over the middle 98 % of the real values, and 5 rows from either end at least, so that no edge is anybody's
 * value; or the most frequent levels of those that 5 real rows have. What fewer rows hold is not told: it could be somebody's.
 */
export function distributionOf(real: ReadColumn, synthetic: ReadColumn): Distribution {
  return real.type === 'category' ? levelsOf(real, synthetic) : binsOf(real, synthetic);
}

function levelsOf({ summary, sample }: ReadColumn, synthetic: ReadColumn): Distribution {
  const known = ({ rows, nulls }: ColumnSummary) => Math.max(1, rows - nulls);
  const [a, b] = [known(summary), known(synthetic.summary)];
  const frequent = [...summary.counts].filter(([code, count]) => code >= 0 && count >= LEAST_ROWS);
  const levels = frequent
    .sort((x, y) => y[1] - x[1])
    .slice(0, MAX_LEVELS)
    .map(([code, count]) => ({
      level: sample.levels.texts[code] ?? '',
      real: count / a,
      synthetic: (synthetic.summary.counts.get(code) ?? 0) / b,
    }));
  const rest = (side: keyof Part, rows: number) =>
    rows === 0 ? 0 : Math.max(0, 1 - levels.reduce((sum, level) => sum + level[side], 0));
  return {
    kind: 'levels',
    levels,
    others: {
      real: rest('real', summary.rows - summary.nulls),
      synthetic: rest('synthetic', synthetic.summary.rows - synthetic.summary.nulls),
    },
  };
}

function binsOf(real: ReadColumn, synthetic: ReadColumn): Distribution {
  const { distribution, rows, nulls, allWhole } = real.summary;
  if (rows - nulls < 2 * LEAST_ROWS) return { kind: 'bins', bins: [] };
  const tail = Math.max(0.01, LEAST_ROWS / (rows - nulls));
  const [low, high] = [quantile(distribution, tail), quantile(distribution, 1 - tail)];
  const least = real.type === 'number' && allWhole ? 1 : 0;
  const step = Math.max(least, roundStep((high - low || Math.abs(low) || 1) / WANTED_BINS, real.type === 'date'));
  const first = Math.floor(low / step);
  const count = Math.floor(high / step) - first + 1;
  const shares = ({ summary }: ReadColumn) => {
    const sums = new Float64Array(count);
    const total = summary.distribution.weights.reduce((sum, weight) => sum + weight, 0) || 1;
    summary.distribution.values.forEach((value, i) => {
      const bin = Math.min(count - 1, Math.max(0, Math.floor(value / step) - first));
      sums[bin] = (sums[bin] as number) + (summary.distribution.weights[i] as number) / total;
    });
    return sums;
  };
  const [a, b] = [shares(real), shares(synthetic)];
  const shown = (LEAST_ROWS - 0.5) / (rows - nulls);
  return {
    kind: 'bins',
    bins: Array.from({ length: count }, (_, bin) => ({
      start: exact((first + bin) * step),
      end: exact((first + bin + 1) * step),
      real: (a[bin] as number) < shown ? 0 : (a[bin] as number),
      synthetic: b[bin] as number,
    })),
  };
}

function quantile({ values, weights }: WeightedValues, share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  const at = weights.findIndex((weight) => {
    below += weight;
    return below >= share * total;
  });
  return values[at] ?? 0;
}

/** 1, 2 or 5 times a power of ten; of milliseconds, of seconds, minutes, hours, days, weeks, months, years. */
function roundStep(step: number, time: boolean): number {
  const units = [1e3, 6e4, 6e5, 36e5, 216e5, 864e5, 6048e5, 26298e5, 78894e5, 315576e5];
  const unit = time ? units.find((candidate) => candidate >= step) : undefined;
  if (unit !== undefined) return unit;
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((factor) => factor * power >= step * 0.999) ?? 10) * power;
}

/** Without the last digits of sums of steps: 0.30000000000000004. */
function exact(edge: number): number {
  return Number(edge.toPrecision(12));
}
