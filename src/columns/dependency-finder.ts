import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { pace } from '../pace.js';
import type { Codec } from './codec.js';
import type { Dependency } from './dependency.js';
import type { ExactValues } from './exact-values.js';

/** Rows that share a value of a key at least, for it to be a known one: fewer might be told apart. */
const LEAST_ROWS = 5;
/** Share of a key's rows that known values have to hold. */
const COVERED = 0.9;
/** Most exceptions, as a share of those there would be if columns had nothing to do with each other. */
const EXCEPTIONS = 0.005;
/** Exceptions there would be by chance, at least: then none, or next to none, is no accident. */
const LEAST_BY_CHANCE = 50;
/** Rows of a known value of the key that have the value that goes with it, less those that have another, as a share. */
const LEAD = 0.8;
/** Exceptions beyond the allowed ones that end the search for a pair early. */
const EARLY = 10;

/** Finds which columns determine which others, in one pass over a table's batches. */
export interface DependencyFinder {
  /** Batches are of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** The dependencies, but for those of columns named. */
  finish(without: ReadonlySet<string>): Dependency[];
}

/** A column that may take part. */
interface Candidate {
  readonly name: string;
  readonly child: number;
  readonly exact: ExactValues;
  /** [values] Rows of each value. */
  readonly rowsOf: Float64Array;
  /** Rows with a value that is not exact. */
  others: number;
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
 * Finds the dependencies of a codec's columns. A column determines another when rows that share its value share the other's,
 * with at most 1/200 of the exceptions that independent columns would have, where these would be 50 at least. Nulls of the key
 * do not count. Known values of the key are those of five rows or more; they have to hold 90 % of its rows. Exceptions
 * are not kept: the value that goes with a key's is the one most of its rows have.
 *
 * Each column has one key: the one with a value in most rows, and of these the one that determines most. Of columns that
 * determine each other, the one with more codes is the key, else the first. A key may have a key of its own, which comes before it.
 */
export function createDependencyFinder(codec: Codec): DependencyFinder {
  let candidates: readonly Candidate[] | undefined;
  let pairs: readonly Pair[] | undefined;
  return {
    async add(batch) {
      candidates ??= codec.storage === 'codes' ? await candidatesOf(codec) : [];
      const taking = pairs === undefined ? candidates : membersOf(pairs);
      const found = new Map<Candidate, Int32Array>();
      for (const candidate of taking) {
        await pace();
        found.set(candidate, count(candidate, candidate.exact.find(childOf(batch, candidate.child))));
      }
      pairs = pairs === undefined ? await begin(candidates, found) : await goOn(pairs, found);
    },
    finish(without) {
      const open = (pairs ?? []).filter(({ key, column }) => !without.has(key.name) && !without.has(column.name));
      return gather(open.filter(isDependency));
    },
  };
}

/** The pairs of candidates that the first rows leave. */
async function begin(candidates: readonly Candidate[], found: ReadonlyMap<Candidate, Int32Array>): Promise<Pair[]> {
  const alive: Pair[] = [];
  for (const key of candidates) {
    const size = key.exact.codes.length;
    // What a pair that is none has left is taken for the next one.
    let [values, leads] = [new Int32Array(size), new Float64Array(size)];
    for (const column of candidates) {
      if (key === column) continue;
      await pace();
      const pair = { key, column, values, leads, exceptions: 0 };
      if (follows(pair, found)) {
        alive.push(pair);
        [values, leads] = [new Int32Array(size), new Float64Array(size)];
      } else leads.fill(0);
    }
  }
  return alive;
}

/** The pairs that further rows leave. */
async function goOn(pairs: readonly Pair[], found: ReadonlyMap<Candidate, Int32Array>): Promise<Pair[]> {
  const alive: Pair[] = [];
  for (const pair of pairs) {
    await pace();
    if (follows(pair, found)) alive.push(pair);
  }
  return alive;
}

async function candidatesOf({ schema, columns, differences }: Codec): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const column of columns) {
    await pace();
    // What is a difference has other codes than its values.
    const isDifference = differences.some((difference) => difference.column === column.name);
    const exact = column.span === undefined || isDifference ? undefined : column.exactValues?.();
    if (exact === undefined || exact.codes.length < 2) continue;
    const child = schema.fields.findIndex(({ name }) => name === column.name);
    candidates.push({ name: column.name, child, exact, rowsOf: new Float64Array(exact.codes.length), others: 0 });
  }
  return candidates;
}

function count(candidate: Candidate, found: Int32Array): Int32Array {
  const { rowsOf } = candidate;
  for (const value of found) {
    if (value < 0) candidate.others += 1;
    else rowsOf[value] = (rowsOf[value] as number) + 1;
  }
  return found;
}

function membersOf(pairs: readonly Pair[]): Set<Candidate> {
  return new Set(pairs.flatMap(({ key, column }) => [key, column]));
}

/** Whether a pair still may be a dependency after more rows. */
function follows(pair: Pair, found: ReadonlyMap<Candidate, Int32Array>): boolean {
  const most = EARLY + EXCEPTIONS * byChance(pair);
  const { values, leads } = pair;
  const { nullValue } = pair.key.exact;
  const keys = found.get(pair.key) as Int32Array;
  const others = found.get(pair.column) as Int32Array;
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
  const chance = byChance(pair);
  if (chance < LEAST_BY_CHANCE || exceptions > EXCEPTIONS * chance) return false;
  const known = key.rowsOf.reduce((sum, rows, value) => sum + (isKnown(pair, value) ? rows : 0), 0);
  return known >= COVERED * (keyRows(key) + key.others);
}

/** Exceptions there would be if the two columns had nothing to do with each other. */
function byChance({ key, column }: Pair): number {
  return Math.max(0, keyRows(key) - key.exact.codes.length) * diversity(column);
}

/** Whether a value of the key is held by rows enough, nearly all of which have one value that comes back exactly. */
function isKnown({ key, values, leads }: Pair, value: number): boolean {
  const rows = key.rowsOf[value] as number;
  return (
    value !== key.exact.nullValue &&
    rows >= LEAST_ROWS &&
    (values[value] as number) >= 0 &&
    (leads[value] as number) >= LEAD * rows
  );
}

/** Rows whose value is exact and not null. */
function keyRows({ rowsOf, exact }: Candidate): number {
  return rowsOf.reduce((sum, rows, value) => sum + (value === exact.nullValue ? 0 : rows), 0);
}

/** The probability that two rows differ. */
function diversity({ rowsOf, others }: Candidate): number {
  const total = rowsOf.reduce((sum, rows) => sum + rows, others);
  return 1 - rowsOf.reduce((sum, rows) => sum + (rows / total) ** 2, (others / total) ** 2);
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
    const own = [...best.values()].filter((pair) => pair.key === key).sort((a, b) => a.column.child - b.column.child);
    if (own.length === 0) return [];
    return [{ key: key.name, columns: own.map(({ column }) => column.name), records: recordsOf(own) }];
  });
}

/** Keys: those that determine more columns first, so that each is before what it determines. */
function inOrder(pairs: readonly Pair[]): Candidate[] {
  const determined = new Map<Candidate, number>();
  for (const { key } of pairs) determined.set(key, (determined.get(key) ?? 0) + 1);
  const width = ({ exact }: Candidate) => new Set(exact.codes).size;
  return [...determined.keys()].sort(
    (a, b) => (determined.get(b) as number) - (determined.get(a) as number) || width(b) - width(a) || a.child - b.child,
  );
}

/** Whether a key has a value in clearly more rows than another. */
function covers(key: Candidate, other: Candidate): boolean {
  return 0.99 * keyRows(key) > keyRows(other);
}

function recordsOf(pairs: readonly Pair[]): number[][] {
  const size = pairs[0]?.values.length ?? 0;
  const known = Array.from({ length: size }, (_, value) => value).filter((value) =>
    pairs.every((pair) => isKnown(pair, value)),
  );
  return known.map((value) => [value, ...pairs.map(({ values }) => values[value] as number)]);
}
