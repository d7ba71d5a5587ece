import { Vector } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { Column } from '../columns/column.js';
import { decodeCode, evenPlaces } from '../columns/decode-code.js';
import { SchemaMismatchError } from '../errors.js';
import { valueText } from '../value-text.js';

/** Records a column is to have of each of its values: all as many, or so many of each share. */
export type Balance =
  | string
  | {
      readonly column: string;
      /** Shares of the values, in any unit; default all the same. */
      readonly shares?: Readonly<Record<string, number>>;
      /** Records of each value in the stream; default those of the training data. */
      readonly counts?: Readonly<Record<string, number>>;
    };

/** How many variants each record gets, decided as records pass. */
export interface BalancePlan {
  /** The column's place among the spans. */
  readonly place: number;
  /** Most variants that a record gets. */
  readonly most: number;
  /** Variants of the next record, whose code is given. */
  next(code: number): number;
}

/**
 * A plan that gives every class of a column its share of records: of the class that needs the fewest variants for it, each
 * record gets `copies`; of the others as many as it takes, spread evenly over the class. The result is exact for a stream
 * that has the counts of the training data, or those given; a class that goes on after so many records begins its plan anew.
 *
 * SchemaMismatchError for a column there is not; RangeError for one that is not of categories, booleans or few numbers, and
 * for shares or counts of values that it does not have or below 0.
 */
export function planBalance(codec: Codec, balance: Balance, copies: number): BalancePlan {
  const { column: name, shares, counts } = typeof balance === 'string' ? { column: balance } : balance;
  if (typeof name !== 'string') throw new TypeError(`Expected the name of a column to balance, got ${valueText(name)}`);
  const column = codec.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new SchemaMismatchError(`Expected a column \`${name}\` to balance, got none`, name);
  const place = codec.spans.findIndex((span) => span.name === name);
  const width = codec.spans[place]?.width ?? 0;
  // What is kept to itself is no class.
  const labels = Array.from({ length: width }, (_, code) =>
    code === column.standIn ? undefined : labelOf(column, code),
  );
  const rowsOf = column.codeRows;
  if (codec.storage !== 'codes' || rowsOf === undefined || new Set(labels).size < width) {
    throw new RangeError(`Expected a column of categories to balance, got \`${name}\` (${column.kind})`);
  }
  for (const [what, values] of Object.entries({ shares, counts })) {
    requireNumbers(what, values);
    const unknown = Object.keys(values ?? {}).find((label) => !labels.includes(label));
    if (unknown !== undefined) {
      const known = labels.filter((label) => label !== undefined).join(', ');
      throw new RangeError(`Expected values of \`${name}\` (${known}), got ${unknown}`);
    }
  }
  const given = (of: Readonly<Record<string, number>>, label: string | undefined) =>
    label === undefined ? 0 : (of[label] ?? 0);
  const present = labels.map((label, code) => (counts === undefined ? (rowsOf[code] ?? 0) : given(counts, label)));
  const wanted = labels.map((label, code) =>
    shares === undefined ? Number(present[code] !== 0) : given(shares, label),
  );
  // Records for each unit of share: so many that no class has to lose records, and the largest gets its copies.
  const unit = Math.max(
    ...present.map((rows, code) => (wanted[code] ? ((copies + 1) * rows) / (wanted[code] as number) : 0)),
  );
  const variants = present.map((rows, code) => Math.max(0, Math.round(unit * (wanted[code] as number)) - rows));
  const seen = present.map(() => 0);
  return {
    place,
    most: Math.max(1, ...present.map((rows, code) => (rows === 0 ? 0 : Math.ceil((variants[code] as number) / rows)))),
    next(code) {
      const [rows, total] = [present[code] ?? 0, variants[code] ?? 0];
      if (rows === 0) return 0;
      const i = (seen[code] ?? 0) % rows;
      seen[code] = i + 1;
      return Math.floor(((i + 1) * total) / rows) - Math.floor((i * total) / rows);
    },
  };
}

function requireNumbers(what: string, values: Readonly<Record<string, number>> | undefined): void {
  if (values === undefined) return;
  if (typeof values !== 'object' || values === null)
    throw new TypeError(`Expected ${what} to balance by as { value: number }, got ${valueText(values)}`);
  for (const [value, number] of Object.entries(values)) {
    if (!(Number.isFinite(number) && number >= 0))
      throw new RangeError(`Expected ${what} to balance by of at least 0, got ${valueText(number)} for ${value}`);
  }
}

/** The value that a code stands for, as text. */
function labelOf(column: Column, code: number): string {
  return String(new Vector([decodeCode(column, code, evenPlaces(1))]).get(0));
}
