import type { Column } from './column.js';
import type { Dependency } from './dependency.js';
import { type ExactValues, middlesOf } from './exact-values.js';

/** Codes of records and where in them values lie, both row-major [rows, width]; values in place of codes where columns have none. */
export interface Coded {
  readonly codes: Int32Array | Float32Array;
  readonly places: Float32Array;
}

/** Whether a row may take a record of a dependency, both by number. */
export type Accepts = (row: number, dependency: number, record: number) => boolean;

/** Makes records keep to dependencies. */
export interface Relations {
  /**
   * The records with each key at a known value of its code, and with the values that go with it in the columns it determines. Of
   * the values of a code it takes one that agrees with the most of these columns' codes: what was drawn for them counts. A code
   * whose values are kept to themselves becomes that of any known value. One without known values, or none that `accepts` lets through, stays as it is. Records that keep to the dependencies stay the same.
   */
  relate(coded: Coded, accepts?: Accepts): Coded;
}

/** A dependency as codes and places, its records ordered by the key's code. */
interface Relation {
  readonly slots: readonly number[];
  /** [codes of the key + 1] Where each code's records begin. */
  readonly starts: Uint32Array;
  /** The key's code that any of the records can stand for; -1 for none. */
  readonly standIn: number;
  /** [records] The record's number in the dependency. */
  readonly numbers: Uint32Array;
  /** [records] Which places are the key's value. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** [records, slots] */
  readonly codes: Uint16Array;
  readonly places: Float32Array;
}

/**
 * Relations of fitted columns; `slotOf` gives a column's place in a record of `width` numbers. RangeError for a dependency of columns
 * or values that there are not.
 */
export function createRelations(
  dependencies: readonly Dependency[],
  columns: readonly Column[],
  { width, slotOf }: { readonly width: number; slotOf(name: string): number | undefined },
): Relations {
  const relations = dependencies.map((dependency) => relationOf(dependency, columns, slotOf));
  return {
    relate(coded, accepts) {
      if (relations.length === 0) return coded;
      const related = { codes: Int32Array.from(coded.codes), places: coded.places.slice() };
      relations.forEach((relation, d) => {
        for (let at = 0, row = 0; at < related.codes.length; at += width, row += 1) {
          const record = choose(relation, related, at, accepts && ((number) => accepts(row, d, number)));
          if (record >= 0) take(relation, record, related, at);
        }
      });
      return related;
    },
  };
}

/** The record for the row at `at`, -1 for none. */
function choose(
  relation: Relation,
  { codes, places }: Coded,
  at: number,
  accepts: ((number: number) => boolean) | undefined,
): number {
  const { slots, starts, from, to } = relation;
  const keyAt = at + (slots[0] as number);
  const code = codes[keyAt] as number;
  const [start, end] =
    code === relation.standIn ? [0, relation.numbers.length] : [starts[code] as number, starts[code + 1] as number];
  const isOpen = (record: number) => accepts === undefined || accepts(relation.numbers[record] as number);
  if (end - start === 1) return isOpen(start) ? start : -1;
  const best: number[] = [];
  let most = -1;
  for (let record = start; record < end; record += 1) {
    const agreeing = agreement(relation, record, codes, at);
    if (agreeing < most || !isOpen(record)) continue;
    if (agreeing > most) best.length = 0;
    most = agreeing;
    best.push(record);
  }
  if (best.length < 2) return best[0] ?? -1;
  const place = places[keyAt] as number;
  if (code === relation.standIn) return best[Math.floor(place * best.length)] as number;
  const own = best.find((record) => place >= (from[record] as number) && place < (to[record] as number));
  return own ?? byShare(relation, best, place);
}

/** One of the records by the share of the key's values, for a place in none of them: uniform in what they leave. */
function byShare({ from, to }: Relation, records: readonly number[], place: number): number {
  const shares = records.map((record) => (to[record] as number) - (from[record] as number));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const below = records.reduce(
    (sum, record, i) => sum + ((to[record] as number) <= place ? (shares[i] as number) : 0),
    0,
  );
  let rest = total < 1 ? ((place - below) / (1 - total)) * total : 0;
  const found = shares.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
  return records[found < 0 ? records.length - 1 : found] as number;
}

function agreement({ slots, codes }: Relation, record: number, drawn: ArrayLike<number>, at: number): number {
  let agreeing = 0;
  for (let i = 1; i < slots.length; i += 1) {
    if (drawn[at + (slots[i] as number)] === codes[record * slots.length + i]) agreeing += 1;
  }
  return agreeing;
}

function take({ slots, from, to, codes, places }: Relation, record: number, related: Coded, at: number): void {
  const keyAt = at + (slots[0] as number);
  const place = related.places[keyAt] as number;
  const isCode = related.codes[keyAt] === codes[record * slots.length];
  const isOwn = isCode && place >= (from[record] as number) && place < (to[record] as number);
  for (let i = isOwn ? 1 : 0; i < slots.length; i += 1) {
    const slot = at + (slots[i] as number);
    related.codes[slot] = codes[record * slots.length + i] as number;
    related.places[slot] = places[record * slots.length + i] as number;
  }
}

function relationOf(
  { key, columns: determined, records }: Dependency,
  columns: readonly Column[],
  slotOf: (name: string) => number | undefined,
): Relation {
  const names = [key, ...determined];
  const slots = names.map((name) => slotOf(name) ?? fail(`a dependency of modelled columns, got one of \`${name}\``));
  const exact = names.map(
    (name) =>
      columns.find((column) => column.name === name)?.exactValues?.() ??
      fail(`a dependency of columns with exact values, got one of \`${name}\``),
  );
  for (const record of records) {
    const known = record.length === names.length && record.every((value, i) => value < (exact[i]?.codes.length ?? 0));
    if (!known) fail(`a dependency of known values of ${names.join(', ')}, got ${record.join(', ')}`);
  }
  const [keys] = exact as [ExactValues];
  const codeOf = (number: number) => keys.codes[records[number]?.[0] as number] as number;
  const numbers = Uint32Array.from(records.keys()).sort((a, b) => codeOf(a) - codeOf(b) || a - b);
  const starts = new Uint32Array(Math.max(...keys.codes) + 2);
  for (const number of numbers) starts[codeOf(number) + 1] = (starts[codeOf(number) + 1] as number) + 1;
  for (let code = 1; code < starts.length; code += 1)
    starts[code] = (starts[code] as number) + (starts[code - 1] as number);
  const keyOf = (number: number) => records[number]?.[0] as number;
  const inOrder = [...numbers].flatMap((number) =>
    (records[number] as readonly number[]).map((value, i) => ({ value, i })),
  );
  const middles = exact.map(middlesOf);
  return {
    slots,
    starts,
    standIn: columns.find((column) => column.name === key)?.standIn ?? -1,
    numbers,
    from: Float64Array.from(numbers, (number) => keys.from[keyOf(number)] as number),
    to: Float64Array.from(numbers, (number) => keys.to[keyOf(number)] as number),
    codes: Uint16Array.from(inOrder, ({ value, i }) => exact[i]?.codes[value] as number),
    places: Float32Array.from(inOrder, ({ value, i }) => middles[i]?.[value] as number),
  };
}

function fail(expected: string): never {
  throw new RangeError(`Expected ${expected}`);
}
