import type { Parts } from '../run-parts.js';
import type { Dependency } from './dependency.js';
import { LEAST_ROWS } from './least-rows.js';
import { EXCEPTIONS, isNoAccident } from './no-accident.js';

/** Share of a key's rows that known values have to hold. */
const COVERED = 0.9;
/** Rows of a known value of the key that have the value that goes with it, less those that have another, as a share. */
const LEAD = 0.8;
/** Exceptions beyond the allowed ones that end the search for a pair early. */
const EARLY = 10;

/** A column whose values have numbers from 0. */
export interface NumberedColumn {
  readonly name: string;
  /** Values that have a number, null among them. */
  readonly size: number;
  /** Which of them is null; -1 where none is. */
  readonly nullValue: number;
  /** How finely it tells rows apart: of columns that determine each other, the finest is the key. */
  readonly width: number;
}

/** Finds which columns determine which others, in one pass over the numbers of their values. */
export interface DependencySearch {
  /** Places of the columns whose values it takes yet. */
  readonly open: ReadonlySet<number>;
  /** The values of further rows in each open column, -1 for one without a number. */
  add(found: ReadonlyMap<number, Int32Array>): Parts<void>;
  /** The dependencies, but for those of columns named. */
  finish(without: ReadonlySet<string>): Dependency[];
}

/** A column that may take part. */
interface Candidate extends NumberedColumn {
  readonly place: number;
  /** [values] Rows of each value. */
  readonly rowsOf: Float64Array;
  /** Rows with a value that has no number. */
  others: number;
  /** Rows whose value has a number and is not null. */
  present: number;
  /** The probability that two rows differ. */
  diversity: number;
}

/** Whether the values of one column determine those of another, so far. */
interface Pair {
  readonly key: Candidate;
  readonly column: Candidate;
  /** [values of the key] The value of the other column that most rows have, and by how many (Boyer and Moore 1981). */
  readonly values: Int32Array;
  readonly leads: Float64Array;
  exceptions: number;
}

/**
 * Finds the dependencies of columns, in file order. A column determines another when rows that share its value share the other's,
 * with at most 1/200 of the exceptions that independent columns would have, where these would be 50 at least. Nulls of the key
 * do not count. Known values of the key are those of five rows or more; they have to hold 90 % of its rows. Exceptions
 * are not kept: the value that goes with a key's is the one most of its rows have.
 *
 * Each column has one key: the one with a value in most rows, and of these the one that determines most. Of columns that
 * determine each other, the finer one is the key, else the first. A key may have a key of its own, which comes before it.
 */
export function createDependencySearch(columns: readonly NumberedColumn[]): DependencySearch {
  const candidates = columns.flatMap((column, place): Candidate[] =>
    column.size < 2
      ? []
      : [{ ...column, place, rowsOf: new Float64Array(column.size), others: 0, present: 0, diversity: 0 }],
  );
  let open = new Set(candidates.length < 2 ? [] : candidates);
  let pairs: Pair[] | undefined;

  return {
    get open() {
      return new Set(Array.from(open, ({ place }) => place));
    },
    *add(found) {
      for (const candidate of open) {
        count(candidate, found.get(candidate.place) as Int32Array);
        yield;
      }
      pairs = pairs === undefined ? yield* begin(candidates, found) : yield* goOn(pairs, found);
      open = new Set(pairs.flatMap(({ key, column }) => [key, column]));
    },
    finish(without) {
      const rest = (pairs ?? []).filter(({ key, column }) => !without.has(key.name) && !without.has(column.name));
      return gather(rest.filter(isDependency));
    },
  };
}

function count(candidate: Candidate, values: Int32Array): void {
  const { rowsOf } = candidate;
  for (const value of values) {
    if (value < 0) candidate.others += 1;
    else rowsOf[value] = (rowsOf[value] as number) + 1;
  }
  const numbered = rowsOf.reduce((sum, rows) => sum + rows, 0);
  const { others, nullValue } = candidate;
  const total = numbered + others;
  candidate.present = numbered - (rowsOf[nullValue] ?? 0);
  candidate.diversity = 1 - rowsOf.reduce((sum, rows) => sum + (rows / total) ** 2, (others / total) ** 2);
}

/** The pairs of candidates that the first rows leave. */
function* begin(candidates: readonly Candidate[], found: ReadonlyMap<number, Int32Array>): Parts<Pair[]> {
  const alive: Pair[] = [];
  for (const key of candidates) {
    // What a pair that is none has left is taken for the next one.
    let [values, leads] = [new Int32Array(key.size), new Float64Array(key.size)];
    for (const column of candidates) {
      if (key === column) continue;
      const pair = { key, column, values, leads, exceptions: 0 };
      if (follows(pair, found)) {
        alive.push(pair);
        [values, leads] = [new Int32Array(key.size), new Float64Array(key.size)];
      } else leads.fill(0);
      yield;
    }
  }
  return alive;
}

/** The pairs that further rows leave. */
function* goOn(pairs: readonly Pair[], found: ReadonlyMap<number, Int32Array>): Parts<Pair[]> {
  const alive: Pair[] = [];
  for (const pair of pairs) {
    if (follows(pair, found)) alive.push(pair);
    yield;
  }
  return alive;
}

/** Whether a pair still may be a dependency after more rows. */
function follows(pair: Pair, found: ReadonlyMap<number, Int32Array>): boolean {
  const most = EARLY + EXCEPTIONS * byChance(pair);
  const { values, leads } = pair;
  const { nullValue } = pair.key;
  const keys = found.get(pair.key.place) as Int32Array;
  const others = found.get(pair.column.place) as Int32Array;
  for (let r = 0; r < keys.length; r += 1) {
    const key = keys[r] as number;
    if (key < 0 || key === nullValue) continue;
    const lead = leads[key] as number;
    if (lead === 0) values[key] = others[r] as number;
    if (values[key] === others[r]) {
      leads[key] = lead + 1;
    } else {
      leads[key] = lead - 1;
      pair.exceptions += 1;
      if (pair.exceptions > most) return false;
    }
  }
  return true;
}

function isDependency(pair: Pair): boolean {
  const { key, exceptions } = pair;
  if (!isNoAccident(exceptions, byChance(pair))) return false;
  const known = key.rowsOf.reduce((sum, rows, value) => sum + (isKnown(pair, value) ? rows : 0), 0);
  return known >= COVERED * (key.present + key.others);
}

/** Exceptions there would be if the two columns had nothing to do with each other. */
function byChance({ key, column }: Pair): number {
  return Math.max(0, key.present - key.size) * column.diversity;
}

/** Whether a value of the key is held by rows enough, nearly all of which have one value that has a number. */
function isKnown({ key, values, leads }: Pair, value: number): boolean {
  const rows = key.rowsOf[value] as number;
  return (
    value !== key.nullValue &&
    rows >= LEAST_ROWS &&
    (values[value] as number) >= 0 &&
    (leads[value] as number) >= LEAD * rows
  );
}

/** Dependencies of pairs: each column with one key, keys before what they determine. */
function gather(pairs: readonly Pair[]): Dependency[] {
  const keys = inOrder(pairs);
  const rank = (candidate: Candidate) => (keys.includes(candidate) ? keys.indexOf(candidate) : keys.length);
  const best = new Map<Candidate, Pair>();
  for (const pair of pairs) {
    const { key, column } = pair;
    if (rank(key) >= rank(column)) continue;
    const other = best.get(column)?.key;
    if (other === undefined || covers(key, other) || (!covers(other, key) && rank(key) < rank(other))) {
      best.set(column, pair);
    }
  }
  return keys.flatMap((key) => {
    const own = [...best.values()].filter((pair) => pair.key === key).sort((a, b) => a.column.place - b.column.place);
    if (own.length === 0) return [];
    return [{ key: key.name, columns: own.map(({ column }) => column.name), records: recordsOf(own) }];
  });
}

/** Keys: those that determine more columns first, so that each is before what it determines. */
function inOrder(pairs: readonly Pair[]): Candidate[] {
  const determined = new Map<Candidate, number>();
  for (const { key } of pairs) determined.set(key, (determined.get(key) ?? 0) + 1);
  return [...determined.keys()].sort(
    (a, b) => (determined.get(b) as number) - (determined.get(a) as number) || b.width - a.width || a.place - b.place,
  );
}

/** Whether a key has a value in clearly more rows than another. */
function covers(key: Candidate, other: Candidate): boolean {
  return 0.99 * key.present > other.present;
}

function recordsOf(pairs: readonly Pair[]): number[][] {
  const size = pairs[0]?.values.length ?? 0;
  const known = Array.from({ length: size }, (_, value) => value).filter((value) =>
    pairs.every((pair) => isKnown(pair, value)),
  );
  return known.map((value) => [value, ...pairs.map(({ values }) => values[value] as number)]);
}
