import type { SampledColumn } from './column-values.js';

/** What makes a column of records: numbers or codes. */
export type RecordColumn = Pick<SampledColumn, 'kind' | 'numbers' | 'codes'>;

/** Records as points: row-major, numbers first. */
export interface Points {
  readonly rows: number;
  /** [rows, number columns]: ranks in [0, 1]; 2 for null. */
  readonly ranks: Float32Array;
  /** [rows, category columns]: codes. */
  readonly codes: Int32Array;
}

/** A space in which records have distances. */
export interface RecordSpace {
  readonly ranked: number;
  readonly coded: number;
  place(columns: readonly RecordColumn[]): Points;
}

const NULL_RANK = 2;

/**
 * The space of a table's records, with Gower's distance (1971): a sum over columns of 0 or 1 for categories that agree or
 * not, and of |rank - rank| for numbers, the rank being the share of `real` values below (equal ones half); null agrees
 * with null alone. So no number's scale or tail decides, and one-hot codes weigh as much as numbers.
 */
export function recordSpace(real: readonly RecordColumn[]): RecordSpace {
  const sorted = real.map(({ numbers }) => numbers.filter((value) => !Number.isNaN(value)).sort());
  // What differs most often comes first: a search that compares it gives up soonest.
  const agreements = real.map(({ kind, numbers, codes }) => agreement(kind === 'number' ? numbers : codes));
  const ofKind = (kind: RecordColumn['kind']) =>
    real
      .flatMap((column, c) => (column.kind === kind ? [c] : []))
      .sort((a, b) => (agreements[a] as number) - (agreements[b] as number));
  const numbers = ofKind('number');
  const categories = ofKind('category');
  return {
    ranked: numbers.length,
    coded: categories.length,
    place(columns) {
      const rows = Math.max(0, ...columns.map((column) => Math.max(column.numbers.length, column.codes.length)));
      const ranks = new Float32Array(rows * numbers.length);
      const codes = new Int32Array(rows * categories.length);
      numbers.forEach((c, k) => {
        columns[c]?.numbers.forEach((value, row) => {
          ranks[row * numbers.length + k] = rankOf(sorted[c] as Float64Array, value);
        });
      });
      categories.forEach((c, k) => {
        columns[c]?.codes.forEach((code, row) => {
          codes[row * categories.length + k] = code;
        });
      });
      return { rows, ranks, codes };
    },
  };
}

function rankOf(sorted: Float64Array, value: number): number {
  if (Number.isNaN(value)) return NULL_RANK;
  if (sorted.length === 0) return 0;
  return (count(sorted, value, false) + count(sorted, value, true)) / (2 * sorted.length);
}

/** How many values are below, or at most, the one given. */
function count(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The probability that two rows agree. */
function agreement(values: Float64Array | Int32Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum + n * n, 0) / values.length ** 2;
}
