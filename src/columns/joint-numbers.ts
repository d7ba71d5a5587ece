import type { Data, Field, RecordBatch, Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { CodeSlots, Column } from './column.js';
import type { DatePart } from './date-part.js';
import type { Dependency } from './dependency.js';
import { type Difference, differencesOf, sumsOf } from './difference.js';
import { dateJoiner } from './join-date-parts.js';
import { createRuleKeeper } from './keep-rules.js';
import type { NumberRule } from './number-rule.js';
import { numberView } from './number-view.js';

/** What decoded values are held to. */
export interface DecodeBounds {
  /** Columns that are what their codes say, whatever the rules. */
  readonly fixed?: ReadonlySet<string>;
  /** By column: parts of dates are left out where they would make a value that is not wanted. */
  readonly wanted?: ReadonlyMap<string, (value: unknown) => boolean>;
}

/** The columns of numbers that depend on others: differences, dates of parts, and what rules are about. */
export interface JointNumbers {
  /** The column whose codes a model sees in place of one: itself, or that of its differences. */
  codedAs(column: Column): Column;
  /** What a model sees beside a column. */
  partsOf(column: Column): readonly DatePart[];
  /** What of a batch the column by `codedAs` encodes, by the place of the first. */
  toEncode(batch: RecordBatch, place: number): Data;
  /** These columns by name, from what was drawn for what they are coded as, in keeping with the rules (see `RuleKeeper`). */
  decode(slotsOf: (coded: Column) => CodeSlots, bounds?: DecodeBounds): ReadonlyMap<string, Data>;
}

/** What holds between columns, and which of them are determined or determine. */
export interface Joins {
  readonly differences: readonly Difference[];
  readonly parts: readonly DatePart[];
  readonly rules: readonly NumberRule[];
  readonly dependencies: readonly Dependency[];
}

/** RangeError for differences, parts and rules of columns that are no numbers or dates, and for a difference from a difference. */
export function createJointNumbers(
  { fields }: Schema,
  columns: readonly Column[],
  { differences, parts, rules, dependencies }: Joins,
): JointNumbers {
  const keeper = createRuleKeeper(rules, fields, columns);
  const sums = new Map(
    differences.map(({ column, from, coded }) => {
      const [place, base] = [column, from].map((name) => columns.findIndex((candidate) => candidate.name === name));
      const [field, own] = [fields[place as number], columns[place as number]];
      const view = field && own && numberView(field, own);
      const isPlain = columns[base as number] !== undefined && differences.every((other) => other.column !== from);
      if (view === undefined || !isPlain) {
        throw new RangeError(`Expected a difference of two columns of numbers, got \`${column}\` from \`${from}\``);
      }
      return [column, { base: base as number, from, coded, view }] as const;
    }),
  );
  const partsOf = ({ name }: Column) => parts.filter(({ column }) => column === name);
  // What goes with a value is known by the value: it is not to be moved.
  const exact = new Set(dependencies.flatMap(({ key, columns }) => [key, ...columns]));
  const joiners = new Map(
    columns.flatMap((column, i) => {
      const own = partsOf(column);
      if (own.length === 0 || exact.has(column.name)) return [];
      return [[column.name, { own, join: dateJoiner(fields[i] as Field, column, own) }] as const];
    }),
  );
  const bases = new Set(differences.map(({ from }) => from));
  const plain = columns.filter(
    ({ name }) => !sums.has(name) && (keeper.columns.has(name) || bases.has(name) || joiners.has(name)),
  );
  return {
    codedAs: (column) => sums.get(column.name)?.coded ?? column,
    partsOf,
    toEncode(batch, place) {
      const data = childOf(batch, place);
      const sum = sums.get(columns[place]?.name ?? '');
      return sum === undefined ? data : differencesOf(data, childOf(batch, sum.base));
    },
    decode(slotsOf, { fixed, wanted } = {}) {
      const decode = (column: Column) => column.decode(slotsOf(column));
      const drawn = new Map(plain.map((column) => [column.name, decode(column)]));
      for (const column of plain) {
        const joiner = joiners.get(column.name);
        if (joiner === undefined) continue;
        const dates = {
          slots: slotsOf(column),
          plain: drawn.get(column.name) as Data,
          parts: Object.fromEntries(joiner.own.map(({ part, coded }) => [part, decode(coded)])),
        };
        drawn.set(column.name, joiner.join(dates, wanted?.get(column.name)));
      }
      for (const [name, { coded, from, view }] of sums) {
        drawn.set(name, sumsOf(decode(coded), drawn.get(from) as Data, view));
      }
      return keeper.keep(drawn, fixed);
    },
  };
}
