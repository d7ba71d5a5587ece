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
  /** The quantile function of its other rows at 0, 1/9 ... 1, linear in between. */
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

/** Rows that share a number at least, for it to be an atom: fewer might be told apart. */
const ATOM_ROWS = 5;
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
}

/** A code for each number, ordered: for columns of few distinct numbers. */
export function valueCodes({ values, weights }: WeightedValues): NumberCode[] {
  return Array.from(values, (value, i) => ({ value, rows: weights[i] as number }));
}

/**
 * Codes for columns of many distinct numbers, ordered by value, at most `maxCodes`: a value code for each number that
 * holds more than 1 / `maxCodes` of the count, bins of equal weight for the rest. In a bin, numbers that at least 5 rows and
 * 1/64 of the bin's share are kept as atoms, so that amounts people repeat come back exactly. The extremes of the outermost bins are clipped to
 * the first number that max(2, count / 1000) rows lie at or beyond, so that no single row's extreme is given away.
 */
export function binCodes({ numbers, frequent, count, cell }: NumberSummary, maxCodes: number): NumberCode[] {
  const spikes = new Map(frequent.filter(([, rows]) => rows * maxCodes > count));
  const rest = without(numbers, spikes);
  const binCount = Math.max(1, maxCodes - spikes.size);
  const total = rest.weights.reduce((sum, weight) => sum + weight, 0);
  const runs: { from: number; to: number }[] = [];
  let before = 0;
  let last = -1;
  for (let i = 0; i < rest.values.length; i += 1) {
    const weight = rest.weights[i] as number;
    const bin = Math.floor(((before + weight / 2) / total) * binCount);
    before += weight;
    const run = runs.at(-1);
    if (run === undefined || bin !== last) runs.push({ from: i, to: i + 1 });
    else run.to = i + 1;
    last = bin;
  }
  const shared = Math.max(2, Math.ceil(count / 1000));
  const atoms = new Map(
    frequent.filter(([value, rows]) => rows >= ATOM_ROWS && Math.abs(value) <= Number.MAX_SAFE_INTEGER),
  );
  const bins = runs.map(({ from, to }, b) => {
    const values = rest.values.subarray(from, to);
    const weights = rest.weights.subarray(from, to);
    const low = b === 0 ? firstShared(values, weights, shared) : (values[0] as number);
    const high = b === runs.length - 1 ? lastShared(values, weights, shared) : (values.at(-1) as number);
    const range = { low: Math.min(low, high), high: Math.max(low, high) };
    return binCode(values, weights, range, atoms, cell);
  });
  const values = Array.from(spikes, ([value, rows]) => ({ value, rows }));
  return [...values, ...bins].sort((a, b) => middleOf(a) - middleOf(b));
}

/** The middle of what a code stands for: what codes are ordered by. */
function middleOf(code: NumberCode): number {
  return 'value' in code ? code.value : ((code.knots[4] as number) + (code.knots[5] as number)) / 2;
}

function without({ values, weights }: WeightedValues, spikes: ReadonlyMap<number, number>): WeightedValues {
  if (spikes.size === 0) return { values, weights };
  const [restValues, restWeights] = [new Float64Array(values.length), new Float64Array(values.length)];
  let size = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (spikes.has(values[i] as number)) continue;
    restValues[size] = values[i] as number;
    restWeights[size] = weights[i] as number;
    size += 1;
  }
  return { values: restValues.subarray(0, size), weights: restWeights.subarray(0, size) };
}

function firstShared(values: Float64Array, weights: Float64Array, rows: number): number {
  return values.at(runningSums(weights).findIndex((sum) => sum >= rows)) as number;
}

function lastShared(values: Float64Array, weights: Float64Array, rows: number): number {
  return firstShared(values.slice().reverse(), weights.slice().reverse(), rows);
}

function binCode(
  values: Float64Array,
  weights: Float64Array,
  { low, high }: Pick<BinCode, 'low' | 'high'>,
  shared: ReadonlyMap<number, number>,
  cell: NumberSummary['cell'],
): BinCode {
  const rows = weights.reduce((sum, weight) => sum + weight, 0);
  const atoms: ValueCode[] = [];
  const others = Array.from(values.keys()).filter((i) => {
    const value = values[i] as number;
    const held = shared.get(value) ?? 0;
    const isAtom = held > 0 && value >= low && value <= high && held * ATOM_SHARE >= rows;
    if (isAtom) atoms.push({ value, rows: held });
    return !isAtom;
  });
  const pick = (array: Float64Array) =>
    others.length === 0 ? array : Float64Array.from(others, (i) => array[i] as number);
  const curve = quantileCurve(pick(values), pick(weights), cell);
  const [least, most] = [cell?.(low)[0] ?? low, cell?.(high)[1] ?? high];
  const knots = Array.from({ length: knotsPerBin }, (_, k) => {
    const knot = curve(k / (knotsPerBin - 1));
    return Math.min(most, Math.max(least, knot));
  });
  return { low, high, atoms, knots, rows };
}

/**
 * The quantile function of a bin as a polyline. Real numbers: through the values at their middle ranks, the ends at 0
 * and 1. Rounded numbers: each is spread evenly over what is rounded to it, so that rounding gives its share back.
 */
function quantileCurve(
  values: Float64Array,
  weights: Float64Array,
  cell: NumberSummary['cell'],
): (p: number) => number {
  const ranks: number[] = [];
  const points: number[] = [];
  let before = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    const weight = weights[i] as number;
    if (cell === undefined) {
      ranks.push(before + weight / 2);
      points.push(value);
    } else {
      ranks.push(before, before + weight);
      points.push(...cell(value));
    }
    before += weight;
  }
  const first = ranks[0] as number;
  const last = ranks.at(-1) as number;
  return (p) => {
    const rank = first + p * (last - first);
    let right = ranks.findIndex((candidate) => candidate >= rank);
    if (right < 0) right = ranks.length - 1;
    if (right === 0) return points[0] as number;
    const start = ranks[right - 1] as number;
    const share = (rank - start) / ((ranks[right] as number) - start || 1);
    const from = points[right - 1] as number;
    return from + share * ((points[right] as number) - from);
  };
}
