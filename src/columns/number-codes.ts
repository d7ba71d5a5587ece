import { binEdges } from './bin-edges.js';
import type { WeightedValues } from './quantile-sketch.js';
import { runningSums } from './running-sums.js';

/** A code that stands for one number. */
export interface ValueCode {
  readonly value: number;
  /** How many rows held it; an estimate beyond the sketch's exact rows. */
  readonly rows: number;
}

/** A code that stands for the numbers of a bin. */
export interface BinCode {
  /** The smallest and the largest number it gives. */
  readonly low: number;
  readonly high: number;
  /** Numbers that many of its rows share, ordered: they are given as they are. */
  readonly atoms: readonly ValueCode[];
  /** The quantile function of its other rows at 0, 1/9 ... 1, linear in between; its ends, and means of rows within. */
  readonly knots: readonly number[];
  readonly rows: number;
}

/** What one code of a number means. */
export type NumberCode = ValueCode | BinCode;

/** The smallest and the largest number of a code. */
export function endsOf(code: NumberCode): readonly [low: number, high: number] {
  return 'value' in code ? [code.value, code.value] : [code.low, code.high];
}

/** Number of knots of a bin: eight inside, one at each end. */
export const knotsPerBin = 10;

/** An atom holds at least one of so many rows of its bin. */
const ATOM_SHARE = 64;

/** The distinct numbers of a column and what is known of them. */
export interface NumberSummary {
  /** The distinct finite numbers. Beyond the sketch's exact rows, a sample of them that keeps all ranks. */
  readonly numbers: WeightedValues;
  /** The numbers that hold many rows, each with its rows; among them every one that holds more than 1 / `maxCodes`. */
  readonly frequent: readonly (readonly [value: number, rows: number])[];
  /** How many finite numbers there were. */
  readonly count: number;
  /** From where to where numbers are rounded to one of these; undefined where they are real numbers. */
  readonly cell: ((value: number) => readonly [from: number, to: number]) | undefined;
  /** Rounds to a number that the column can have. */
  readonly round: (value: number) => number;
}

/** What becomes a code of its own, and what is to be kept to itself. */
export interface CodeBounds {
  /** Most codes. */
  readonly maxCodes: number;
  /** Rows that hold a number at least, for it to have a code of its own. */
  readonly spikeRows: number;
  /** Rows that share a number at least, for it to come back exactly: fewer might be told apart. */
  readonly leastRows: number;
}

/** A code for each number, ordered: for columns of few distinct numbers. */
export function valueCodes({ values, weights }: WeightedValues): NumberCode[] {
  return Array.from(values, (value, i) => ({ value, rows: weights[i] as number }));
}

/**
 * Codes for columns of many distinct numbers, ordered by value, at most `maxCodes`: a value code for each number that
 * holds `spikeRows`, bins of equal weight for the rest, each of at least twice `leastRows`; a rest of fewer rows counts as the nearest
 * number. In a bin, numbers that at least `leastRows` and 1/64 of the bin's share are kept as atoms, so that amounts people repeat come back exactly.
 *
 * No other number of a single row is given away: bins meet half-way between theirs, their curves go through means of `leastRows` rows,
 * and the outermost bins end where `leastRows` or count / 1000 rows lie at or beyond.
 */
export function binCodes(summary: NumberSummary, { maxCodes, spikeRows, leastRows }: CodeBounds): NumberCode[] {
  const { numbers, frequent, count, cell } = summary;
  const spikes = new Map(frequent.filter(([, rows]) => rows >= spikeRows));
  const rest = without(numbers, spikes);
  const total = sumOf(rest.weights);
  const bins = Math.min(maxCodes - spikes.size, Math.floor(total / (2 * leastRows)));
  const values = Array.from(spikes, ([value, rows]) => ({ value, rows }));
  if (bins < 1 && values.length > 0) return withNearest(values, rest);
  const runs = runsOf(rest, Math.max(1, bins));
  const shared = new Map(
    frequent.filter(([value, rows]) => rows >= leastRows && Math.abs(value) <= Number.MAX_SAFE_INTEGER),
  );
  const edges = binEdges({ isShared: (value) => shared.has(value), isSpike: (value) => spikes.has(value), ...summary });
  const tail = Math.ceil(count / 1000);
  const codes = runs.map((run, b) => {
    const [before, after] = [runs[b - 1]?.values.at(-1), runs[b + 1]?.values[0]];
    const outer = Math.max(leastRows, Math.min(tail, sumOf(run.weights) / 2));
    const low = before === undefined ? edges.lowest(run, outer) : edges.between(before, run.values[0] as number)[1];
    const high = after === undefined ? edges.highest(run, outer) : edges.between(run.values.at(-1) as number, after)[0];
    const range = { low: Math.min(low, high), high: Math.max(low, high) };
    return binCode(run, range, { shared, leastRows, window: Math.max(leastRows, tail), cell });
  });
  return [...values, ...codes].sort((a, b) => middleOf(a) - middleOf(b));
}

function sumOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** Number codes, with the rows of other numbers added to those of the nearest. */
function withNearest(codes: readonly ValueCode[], { values, weights }: WeightedValues): ValueCode[] {
  const rows = codes.map((code) => code.rows);
  values.forEach((value, i) => {
    const distances = codes.map((code) => Math.abs(code.value - value));
    const nearest = distances.indexOf(Math.min(...distances));
    rows[nearest] = (rows[nearest] as number) + (weights[i] as number);
  });
  return codes.map(({ value }, i) => ({ value, rows: rows[i] as number }));
}

/** Numbers in runs of about equal weight, in their order. */
function runsOf({ values, weights }: WeightedValues, count: number): WeightedValues[] {
  const total = sumOf(weights);
  const starts: number[] = [];
  let before = 0;
  let last = -1;
  weights.forEach((weight, i) => {
    const run = Math.floor(((before + weight / 2) / total) * count);
    before += weight;
    if (run !== last) starts.push(i);
    last = run;
  });
  return starts.map((from, run) => ({
    values: values.subarray(from, starts[run + 1]),
    weights: weights.subarray(from, starts[run + 1]),
  }));
}

/** The middle of what a code stands for: what codes are ordered by. */
function middleOf(code: NumberCode): number {
  return 'value' in code ? code.value : ((code.knots[4] as number) + (code.knots[5] as number)) / 2;
}

function without({ values, weights }: WeightedValues, spikes: ReadonlyMap<number, number>): WeightedValues {
  if (spikes.size === 0) return { values, weights };
  const rest = [...values.keys()].filter((i) => !spikes.has(values[i] as number));
  return {
    values: Float64Array.from(rest, (i) => values[i] as number),
    weights: Float64Array.from(rest, (i) => weights[i] as number),
  };
}

function binCode(
  { values, weights }: WeightedValues,
  { low, high }: Pick<BinCode, 'low' | 'high'>,
  {
    shared,
    leastRows,
    window,
    cell,
  }: Pick<CodeBounds, 'leastRows'> &
    Pick<NumberSummary, 'cell'> & { readonly shared: ReadonlyMap<number, number>; readonly window: number },
): BinCode {
  const rows = sumOf(weights);
  const atoms: ValueCode[] = [];
  const others: number[] = [];
  values.forEach((value, i) => {
    // What lies beyond a clipped end is spread over the rest.
    if (value < low || value > high) return;
    const held = shared.get(value) ?? 0;
    if (held > 0 && held * ATOM_SHARE >= rows) atoms.push({ value, rows: held });
    else others.push(i);
  });
  const mean = meansOf(
    others.map((i) => values[i] as number),
    others.map((i) => weights[i] as number),
  );
  const total = others.reduce((sum, i) => sum + (weights[i] as number), 0);
  const width = Math.max(leastRows, Math.min(window, total / knotsPerBin));
  const [least, most] = [cell?.(low)[0] ?? low, cell?.(high)[1] ?? high];
  const knots = Array.from({ length: knotsPerBin }, (_, k) => {
    const share = k / (knotsPerBin - 1);
    if (k === 0) return least;
    if (k === knotsPerBin - 1) return most;
    if (total < leastRows) return least + share * (most - least);
    const from = Math.min(total - width, Math.max(0, share * total - width / 2));
    return Math.min(most, Math.max(least, mean(from, from + width)));
  });
  return { low, high, atoms, knots, rows };
}

/** The mean of ordered numbers from one rank to another. */
function meansOf(values: readonly number[], weights: readonly number[]): (from: number, to: number) => number {
  const ends = runningSums(weights);
  return (from, to) => {
    let sum = 0;
    for (let i = ends.findIndex((end) => end > from); i >= 0 && i < ends.length; i += 1) {
      const begin = Math.max(from, (ends[i] as number) - (weights[i] as number));
      if (begin >= to) break;
      sum += (Math.min(to, ends[i] as number) - begin) * (values[i] as number);
    }
    return sum / (to - from);
  };
}
