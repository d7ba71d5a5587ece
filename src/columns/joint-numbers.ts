import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { Column } from './column.js';
import { type Difference, differencesOf, sumsOf } from './difference.js';
import { createRuleKeeper } from './keep-rules.js';
import type { NumberRule } from './number-rule.js';
import { numberView } from './number-view.js';

/** The columns of numbers that depend on others: differences, and what rules are about. */
export interface JointNumbers {
  /** The column whose codes a model sees in place of one: itself, or that of its differences. */
  codedAs(column: Column): Column;
  /** What of a batch that column encodes, by the place of the first. */
  toEncode(batch: RecordBatch, place: number): Data;
  /**
   * These columns by name, each from what `decode` makes of its codes; in keeping with the rules but for those of columns in `fixed`
   * (see `RuleKeeper`).
   */
  decode(decode: (coded: Column) => Data, fixed?: ReadonlySet<string>): ReadonlyMap<string, Data>;
}

/** RangeError for differences and rules of columns that are no numbers, and for a difference from a difference. */
export function createJointNumbers(
  { fields }: Schema,
  columns: readonly Column[],
  { differences, rules }: { readonly differences: readonly Difference[]; readonly rules: readonly NumberRule[] },
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
  const bases = new Set(differences.map(({ from }) => from));
  const plain = columns.filter(({ name }) => !sums.has(name) && (keeper.columns.has(name) || bases.has(name)));
  return {
    codedAs: (column) => sums.get(column.name)?.coded ?? column,
    toEncode(batch, place) {
      const data = childOf(batch, place);
      const sum = sums.get(columns[place]?.name ?? '');
      return sum === undefined ? data : differencesOf(data, childOf(batch, sum.base));
    },
    decode(decode, fixed) {
      const drawn = new Map(plain.map((column) => [column.name, decode(column)]));
      for (const [name, { coded, from, view }] of sums) {
        drawn.set(name, sumsOf(decode(coded), drawn.get(from) as Data, view));
      }
      return keeper.keep(drawn, fixed);
    },
  };
}
