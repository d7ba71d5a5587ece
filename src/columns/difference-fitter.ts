import { DataType, type Field, type RecordBatch, type Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { Parts } from '../run-parts.js';
import type { Column, ColumnFitter, ColumnOptions } from './column.js';
import { type Difference, differenceField, differencesOf } from './difference.js';
import { endsOf } from './number-codes.js';
import type { NumberStorage } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';
import { readNumbers } from './number-view.js';
import { fitNumbers } from './numeric.js';
import { runningSums } from './running-sums.js';

/** Rows that columns close to each other are found in; all others are only fitted. */
const FIRST_ROWS = 1000;
/** How far differences may spread, as a share of the spread of the column itself. */
const CLOSE = 0.25;
/** Columns up to which pairs are looked at. */
const MOST_COLUMNS = 300;

/** Finds columns that lie close to another, and fits their differences from it, in the pass that fits the columns. */
export interface DifferenceFitter {
  add(batch: RecordBatch): void;
  /** The differences that can stand for columns, which are those fitted to the same batches. */
  finish(columns: readonly Column[]): Parts<Difference[]>;
}

/** A pair of columns, by place. */
interface Pair {
  readonly column: number;
  readonly from: number;
  readonly fitter: ColumnFitter;
  /** Whether there was a number and none to take it from. */
  isLoose: boolean;
}

/**
 * Each column of numbers or dates may be the difference from one before it of the same type, the closest. It has to lie four times closer
 * to it than its own values spread, have more values than codes, no infinities, and no value where the other has none. Numbers have to
 * lie so close in the first rows already; dates need not, as files begin with the rows of one day. Columns named in `without` stay what
 * they are.
 */
export function createDifferenceFitter(
  { fields }: Schema,
  options: ColumnOptions,
  without: ReadonlySet<string>,
): DifferenceFitter {
  const places = fields.flatMap((field, place) => (isMeasured(field) ? [place] : []));
  const first: RecordBatch[] = [];
  let firstRows = 0;
  let pairs: Pair[] | undefined;

  function begin(): void {
    const numbers = new Map(places.map((place) => [place, numbersOf(first, place, fields[place] as Field)]));
    const found = closest(places, numbers, fields).filter(({ column }) => !without.has((fields[column] as Field).name));
    pairs = found.map((pair) => {
      const field = differenceField(fields[pair.column] as Field);
      const fitter = fitNumbers(field, options, { kind: 'numeric', identifiers: false });
      return { ...pair, fitter, isLoose: false };
    });
    for (const batch of first.splice(0)) for (const pair of pairs) addTo(pair, batch);
  }

  return {
    add(batch) {
      if (places.length < 2 || places.length > MOST_COLUMNS || pairs?.length === 0) return;
      const kept = pairs === undefined ? Math.min(batch.numRows, FIRST_ROWS - firstRows) : 0;
      if (kept > 0) first.push(batch.slice(0, kept));
      firstRows += kept;
      if (pairs === undefined && firstRows === FIRST_ROWS) begin();
      if (kept < batch.numRows) for (const pair of pairs ?? []) addTo(pair, batch.slice(kept, batch.numRows));
    },
    *finish(columns) {
      if (pairs === undefined && first.length > 0) begin();
      const differences: Difference[] = [];
      for (const { column, from, fitter, isLoose } of pairs ?? []) {
        yield;
        const [own, other] = [columns[column] as Column, columns[from] as Column];
        if (isLoose || !isPlain(own) || !isPlain(other) || !hasBins(own)) continue;
        const finished = fitter.finish();
        const coded = 'next' in finished ? yield* finished : finished;
        if (coded.span === undefined || coded.span.width < 2) continue;
        if (!(spreadOf(coded) <= CLOSE * spreadOf(own))) continue;
        differences.push({ column: own.name, from: other.name, coded });
      }
      return differences;
    },
  };
}

function isMeasured({ type }: Field): boolean {
  return numberStorageOf(type) !== undefined && !DataType.isDecimal(type);
}

function numbersOf(batches: readonly RecordBatch[], place: number, { type }: Field): Float64Array {
  const storage = numberStorageOf(type) as NumberStorage;
  return Float64Array.from(batches.flatMap((batch) => [...readNumbers(storage, childOf(batch, place))]));
}

/** Of each column the one before it that it lies closest to, where that is close, and that does not itself lie close to another. */
function closest(
  places: readonly number[],
  numbers: ReadonlyMap<number, Float64Array>,
  fields: readonly Field[],
): { readonly column: number; readonly from: number }[] {
  const found: { readonly column: number; readonly from: number }[] = [];
  for (const column of places) {
    const own = numbers.get(column) as Float64Array;
    let best = { from: -1, share: isCount(fields[column] as Field) ? CLOSE : Number.POSITIVE_INFINITY };
    for (const from of places) {
      if (from >= column) break;
      if (String(fields[from]?.type) !== String(fields[column]?.type)) continue;
      if (found.some((pair) => pair.column === from)) continue;
      const share = shareOfSpread(own, numbers.get(from) as Float64Array);
      if (share < best.share) best = { from, share };
    }
    if (best.from >= 0) found.push({ column, from: best.from });
  }
  return found;
}

/** Whether numbers are amounts, not dates or times. */
function isCount({ type }: Field): boolean {
  return DataType.isInt(type) || DataType.isFloat(type);
}

/** The standard deviation of differences as a share of that of the numbers themselves, where both are there. */
function shareOfSpread(numbers: Float64Array, bases: Float64Array): number {
  let [n, sum, squares, rest, restSquares] = [0, 0, 0, 0, 0];
  const origin = numbers.find((number) => !Number.isNaN(number)) ?? 0;
  for (let r = 0; r < numbers.length; r += 1) {
    const difference = (numbers[r] as number) - (bases[r] as number);
    if (Number.isNaN(difference)) continue;
    const number = (numbers[r] as number) - origin;
    n += 1;
    sum += number;
    squares += number * number;
    rest += difference;
    restSquares += difference * difference;
  }
  const [spread, left] = [squares - (sum * sum) / n, restSquares - (rest * rest) / n];
  return n < 20 || !(spread > 0) ? Number.MAX_VALUE : Math.sqrt(Math.max(0, left) / spread);
}

function addTo(pair: Pair, batch: RecordBatch): void {
  const [data, from] = [childOf(batch, pair.column), childOf(batch, pair.from)];
  const differences = differencesOf(data, from);
  if (differences.nullCount > data.nullCount) pair.isLoose = true;
  pair.fitter.add(differences);
}

/** From where to where nine tenths of a column's rows lie, by its codes. */
function spreadOf(column: Column): number {
  const json = column.toJSON();
  if (json.kind !== 'numeric' && json.kind !== 'datetime') return Number.NaN;
  const ends = json.codes.map(endsOf);
  const sums = runningSums(json.codes.map(({ rows }) => rows));
  const total = sums.at(-1) ?? 0;
  const [first, last] = [0.05, 0.95].map((share) => sums.findIndex((sum) => sum >= share * total));
  return (ends[last as number]?.[1] as number) - (ends[first as number]?.[0] as number);
}

/** Whether a column has no infinities, no NaN, and nothing that float64 does not hold. */
function isPlain(column: Column): boolean {
  const json = column.toJSON();
  if (column.span === undefined || (json.kind !== 'numeric' && json.kind !== 'datetime')) return false;
  return json.exact === undefined && json.nan + json.negativeInfinity + json.positiveInfinity === 0;
}

function hasBins(column: Column): boolean {
  const json = column.toJSON();
  return (json.kind === 'numeric' || json.kind === 'datetime') && json.codes.some((code) => 'knots' in code);
}
