import { randomKey, wordsAt } from '../random.js';

/** Values with weights, values strictly increasing. */
export interface WeightedValues {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Numbers summed up for quantiles, in the order they were added. */
export interface QuantileSketch {
  /** How many values were added. */
  readonly count: number;
  /** Whether nothing was thrown away yet: `summary` is then the data itself. */
  readonly exact: boolean;
  add(value: number): void;
  /** The distinct values kept, with the number of rows each stands for; weights add up to `count`. */
  summary(): WeightedValues;
}

/**
 * A quantile sketch: exact up to `exactRows` values, then random compactors of `capacity` values a level, each level
 * standing for twice the rows of the one below (Manku, Rajagopalan and Lindsay 1999; Karnin, Lang and Liberty 2016 with
 * levels of one size). With the default capacity the rank error's standard deviation is 0.009 % of the rows; memory is
 * 128 kB a level, one more level each time the rows double. Deterministic: the coin is a counter-based generator.
 */
export function createQuantileSketch({ exactRows = 100_000, capacity = 16_384 } = {}): QuantileSketch {
  let raw = new Float64Array(1024);
  let exact = true;
  let count = 0;
  const levels: { readonly buffer: Float64Array; length: number; compactions: number }[] = [];

  function push(height: number, value: number): void {
    const level = levels[height] ?? { buffer: new Float64Array(capacity), length: 0, compactions: 0 };
    levels[height] = level;
    level.buffer[level.length] = value;
    level.length += 1;
    if (level.length === capacity) compact(height, level);
  }

  function compact(height: number, level: (typeof levels)[number]): void {
    level.buffer.sort();
    const first = wordsAt(coin, level.compactions, height).low & 1;
    level.compactions += 1;
    level.length = 0;
    for (let i = first; i < capacity; i += 2) push(height + 1, level.buffer[i] as number);
  }

  return {
    get count() {
      return count;
    },
    get exact() {
      return exact;
    },
    add(value) {
      if (exact && count === exactRows) {
        exact = false;
        for (const kept of raw.subarray(0, count)) push(0, kept);
        raw = new Float64Array(0);
      }
      if (exact) {
        if (count === raw.length) raw = grown(raw, Math.min(exactRows, 2 * count));
        raw[count] = value;
      } else {
        push(0, value);
      }
      count += 1;
    },
    summary() {
      if (exact) return counted(raw.slice(0, count).sort());
      return merged(
        levels.map(({ buffer, length }, h) => ({ values: buffer.slice(0, length).sort(), weight: 2 ** h })),
      );
    },
  };
}

const coin = randomKey(0x51e7c4);

function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}

/** The distinct values of a sorted array, and how often each is there. */
function counted(sorted: Float64Array): WeightedValues {
  const values = new Float64Array(sorted.length);
  const weights = new Float64Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    if (size === 0 || sorted[i] !== values[size - 1]) values[size++] = sorted[i] as number;
    weights[size - 1] = (weights[size - 1] as number) + 1;
  }
  return { values: values.slice(0, size), weights: weights.slice(0, size) };
}

/** Sorted runs as one, equal values joined. */
function merged(runs: readonly { values: Float64Array; weight: number }[]): WeightedValues {
  const total = runs.reduce((sum, run) => sum + run.values.length, 0);
  const values = new Float64Array(total);
  const weights = new Float64Array(total);
  const at = runs.map(() => 0);
  let size = 0;
  for (let taken = 0; taken < total; taken += 1) {
    let best = -1;
    let value = Infinity;
    for (let run = 0; run < runs.length; run += 1) {
      const candidate = runs[run]?.values[at[run] as number];
      if (candidate === undefined || candidate >= value) continue;
      best = run;
      value = candidate;
    }
    at[best] = (at[best] as number) + 1;
    const weight = runs[best]?.weight as number;
    if (size > 0 && values[size - 1] === value) {
      weights[size - 1] = (weights[size - 1] as number) + weight;
    } else {
      values[size] = value;
      weights[size] = weight;
      size += 1;
    }
  }
  return { values: values.slice(0, size), weights: weights.slice(0, size) };
}
