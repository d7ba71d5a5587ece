import type { Data, Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { validityOf } from '../batches/validity.js';
import type { Column } from './column.js';
import { columnsOf, evaluate, type NumberFormula, type NumberOrder, type NumberRule } from './number-rule.js';
import { type NumberView, numberView } from './number-view.js';

/** Makes decoded numbers keep to rules. */
export interface RuleKeeper {
  /** Columns that rules are about. */
  readonly columns: ReadonlySet<string>;
  /**
   * Columns of equal length, by name, with the numbers of each row changed where they break a rule: the two of an order change
   * places within their ranges, and what follows from others becomes that, be it beyond the range it had: no row of the
   * table combined the others so. Columns named in `fixed` stay as they are, and rules that would have to change them are not kept.
   */
  keep(columns: ReadonlyMap<string, Data>, fixed?: ReadonlySet<string>): ReadonlyMap<string, Data>;
}

/** The numbers of a column and what they may be. */
interface Numbers {
  readonly view: NumberView;
  readonly values: Float64Array;
  changed: boolean;
}

/** RangeError for rules of columns that are no numbers. */
export function createRuleKeeper(
  rules: readonly NumberRule[],
  fields: readonly Field[],
  columns: readonly Column[],
): RuleKeeper {
  const names = new Set(rules.flatMap(columnsOf));
  const views = new Map(
    Array.from(names, (name) => {
      const i = fields.findIndex((field) => field.name === name);
      const [field, column] = [fields[i], columns[i]];
      const view = field && column && numberView(field, column);
      if (view === undefined) throw new RangeError(`Expected a rule of columns of numbers, got one of \`${name}\``);
      return [name, view] as const;
    }),
  );
  const orders = rules.filter((rule) => rule.kind === 'order');
  const formulas = rules.filter((rule) => rule.kind !== 'order');
  return {
    columns: names,
    keep(drawn, fixed = new Set()) {
      const numbers = new Map<string, Numbers>();
      for (const [name, view] of views) {
        numbers.set(name, { view, values: view.read(drawn.get(name) as Data), changed: false });
      }
      const open = orders.filter(({ low, high }) => !fixed.has(low) && !fixed.has(high));
      // A change may break another order; each pass puts at least one column in its place.
      for (let pass = 0; pass < names.size; pass += 1) {
        if (!open.map((order) => putInOrder(order, numbers)).includes(true)) break;
      }
      for (const formula of formulas) if (!fixed.has(formula.column)) follow(formula, numbers);
      return new Map(
        Array.from(drawn, ([name, data]) => {
          const own = numbers.get(name);
          return [name, own?.changed ? withNumbers(data, own) : data];
        }),
      );
    },
  };
}

/** Whether some row was not in order, and is changed. */
function putInOrder({ low, high, strict }: NumberOrder, numbers: ReadonlyMap<string, Numbers>): boolean {
  const [lows, highs] = [numbers.get(low) as Numbers, numbers.get(high) as Numbers];
  let some = false;
  for (let r = 0; r < lows.values.length; r += 1) {
    const [a, b] = [lows.values[r] as number, highs.values[r] as number];
    if (!(strict ? a >= b : a > b)) continue;
    const pair = a > b ? [within(lows.view, b), within(highs.view, a)] : apart(lows.view, highs.view, a);
    const [lower, higher] = pair as [number, number];
    if (!(strict ? lower < higher : lower <= higher)) continue;
    lows.values[r] = lower;
    highs.values[r] = higher;
    lows.changed = true;
    highs.changed = true;
    some = true;
  }
  return some;
}

/** Two equal numbers, one of which takes a step away from the other. */
function apart(low: NumberView, high: NumberView, value: number): [number, number] {
  const above = high.round(value + 2 * high.halfStep(value));
  return above > value && above <= high.high ? [value, above] : [low.round(value - 2 * low.halfStep(value)), value];
}

function within({ low, high, round }: NumberView, value: number): number {
  return Math.min(high, Math.max(low, round(value)));
}

function follow(formula: NumberFormula, numbers: ReadonlyMap<string, Numbers>): void {
  const target = numbers.get(formula.column) as Numbers;
  const operands = formula.of.map((name) => (numbers.get(name) as Numbers).values);
  const { values, view } = target;
  for (let r = 0; r < values.length; r += 1) {
    if (Number.isNaN(values[r])) continue;
    const value = view.round(evaluate(formula, (place) => operands[place]?.[r] as number));
    if (value === values[r] || !view.holds(value)) continue;
    values[r] = value;
    target.changed = true;
  }
}

/** The column with these numbers; what float64 did not hold, and nulls, as they were. */
function withNumbers(data: Data, { view, values }: Numbers): Data {
  const before = view.storage.read(data);
  const all = values.map((value, r) => (Number.isNaN(value) ? (before[r] as number) : value));
  return buildData(data.type, {
    length: data.length,
    nulls: data.nullCount,
    values: view.storage.write(all),
    bitmap: validityOf(data),
  });
}
