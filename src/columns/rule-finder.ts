import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { pace } from '../pace.js';
import type { Codec } from './codec.js';
import { type NumberColumn, numberColumns } from './number-column.js';
import { columnsOf, evaluate, type NumberFormula, type NumberOrder, type NumberRule } from './number-rule.js';
import type { NumberView } from './number-view.js';
import { possibleFormulas } from './possible-formulas.js';

/** Rows that possible rules are made from; all others test them. */
const FIRST_ROWS = 2000;
/** Most exceptions of a formula, as a share of those there would be if its column had nothing to do with the others. */
const EXCEPTIONS = 0.005;
/** Exceptions there would be by chance, at least: then none, or next to none, is no accident. */
const LEAST_BY_CHANCE = 50;

/** Finds what holds between the numbers of every row, in one pass over a table's batches. */
export interface RuleFinder {
  /** Batches are of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** To be called once. */
  finish(): Promise<NumberRule[]>;
}

/** A rule under test. */
interface Candidate {
  readonly rule: NumberRule;
  /** Places of its columns, in the order of `columnsOf`. */
  readonly places: readonly number[];
  /** Rows in which all of its columns have numbers, and those of them in which it does not hold. */
  rows: number;
  exceptions: number;
  /** Share of the first rows in which it would not hold if one column's numbers came from other rows. */
  byChance: number;
}

/**
 * Finds orders and formulas among the numbers of a codec. An order holds in every row, and
 * could not be expected to: it would break in 50 rows if the two columns had nothing to do with each other. A formula may have
 * 1/200 of the exceptions that it would have in that case, which are 50 at least. Each column follows from others once. Of several
 * formulas of the same columns it is the one that makes the others hold as well: a total is pieces times price, rather than pieces
 * total over price, rounded.
 */
export function createRuleFinder(codec: Codec): RuleFinder {
  const columns = codec.storage === 'codes' ? numberColumns(codec) : [];
  const placeOf = new Map(columns.map(({ name }, place) => [name, place]));
  const first = columns.map(() => new Float64Array(FIRST_ROWS));
  let firstRows = 0;
  let candidates: Candidate[] | undefined;

  async function test(numbers: readonly Float64Array[], from: number, to: number): Promise<void> {
    const alive: Candidate[] = [];
    for (const candidate of candidates ?? []) {
      await pace();
      if (holds(candidate, columns, numbers, { from, to })) alive.push(candidate);
    }
    candidates = alive;
  }

  async function begin(): Promise<void> {
    const numbers = first.map((column) => column.subarray(0, firstRows));
    candidates = [];
    for (const rule of possibleOrders(columns)) {
      await pace();
      consider(rule, numbers);
    }
    for (const rule of possibleFormulas(columns, numbers)) {
      await pace();
      if (rule !== undefined) consider(rule, numbers);
    }
  }

  function consider(rule: NumberRule, numbers: readonly Float64Array[]): void {
    const places = columnsOf(rule).map((name) => placeOf.get(name) as number);
    const candidate = { rule, places, rows: 0, exceptions: 0, byChance: 0 };
    if (!holds(candidate, columns, numbers, { from: 0, to: firstRows })) return;
    candidate.byChance = shareByChance(rule, places, columns, numbers);
    if (candidate.byChance > 0) candidates?.push(candidate);
  }

  return {
    async add(batch) {
      if (columns.length < 2 || candidates?.length === 0) return;
      const numbers = await readAll(batch, columns);
      const kept = candidates === undefined ? Math.min(batch.numRows, FIRST_ROWS - firstRows) : 0;
      numbers.forEach((column, i) => {
        first[i]?.set(column.subarray(0, kept), firstRows);
      });
      firstRows += kept;
      if (candidates === undefined && firstRows === FIRST_ROWS) await begin();
      if (kept < batch.numRows) await test(numbers, kept, batch.numRows);
    },
    async finish() {
      if (columns.length < 2) return [];
      if (candidates === undefined) await begin();
      const numbers = first.map((column) => column.subarray(0, firstRows));
      return chosen(byConsequence((candidates ?? []).filter(isNoAccident), columns, numbers));
    },
  };
}

async function readAll(batch: RecordBatch, columns: readonly NumberColumn[]): Promise<Float64Array[]> {
  const numbers: Float64Array[] = [];
  for (const { view, child } of columns) {
    await pace();
    numbers.push(view.read(childOf(batch, child)));
  }
  return numbers;
}

function* possibleOrders(columns: readonly NumberColumn[]): Generator<NumberOrder, void, void> {
  for (const low of columns) {
    for (const high of columns) {
      // Ranges that do not overlap are kept anyway.
      if (low === high || low.unit !== high.unit || low.view.high <= high.view.low) continue;
      yield { kind: 'order', low: low.name, high: high.name, strict: true };
      yield { kind: 'order', low: low.name, high: high.name, strict: false };
    }
  }
}

/** Whether a rule may still be one after these rows; counts them. */
function holds(
  candidate: Candidate,
  columns: readonly NumberColumn[],
  numbers: readonly Float64Array[],
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const most = candidate.rule.kind === 'order' ? 0 : EXCEPTIONS;
  for (let r = from; r < to; r += 1) {
    const state = check(candidate, columns, (i) => numbers[candidate.places[i] as number]?.[r] as number);
    if (state === undefined) continue;
    candidate.rows += 1;
    if (state) continue;
    candidate.exceptions += 1;
    if (candidate.exceptions > (most === 0 ? 0 : 2 + 2 * most * candidate.rows)) return false;
  }
  return true;
}

/** Whether a rule holds in a row; undefined where a number is missing. */
function check(
  { rule, places }: Pick<Candidate, 'rule' | 'places'>,
  columns: readonly NumberColumn[],
  number: (i: number) => number,
): boolean | undefined {
  for (let i = 0; i < places.length; i += 1) if (Number.isNaN(number(i))) return undefined;
  if (rule.kind === 'order') return rule.strict ? number(0) < number(1) : number(0) <= number(1);
  const view = columns[places[0] as number]?.view as NumberView;
  return fits(rule, view, number(0), (i) => number(i + 1));
}

/** Whether a formula gives a number, but for rounding. */
function fits(formula: NumberFormula, view: NumberView, number: number, operand: (i: number) => number): boolean {
  const value = evaluate(formula, operand);
  const near = 1e-9 * Math.max(1e-300, Math.abs(number), Math.abs(value), Math.abs(operand(0)));
  return Math.abs(value - number) <= view.halfStep(number) * (1 + 1e-6) + near;
}

/** Share of rows in which a rule breaks when its first column's numbers come from other rows. */
function shareByChance(
  rule: NumberRule,
  places: readonly number[],
  columns: readonly NumberColumn[],
  numbers: readonly Float64Array[],
): number {
  const rows = numbers[0]?.length ?? 0;
  let [counted, broken] = [0, 0];
  for (const shift of [Math.floor(rows / 3), Math.floor(rows / 2)]) {
    for (let r = 0; r < rows; r += 1) {
      const state = check({ rule, places }, columns, (i) => {
        return numbers[places[i] as number]?.[i === 0 ? (r + shift) % rows : r] as number;
      });
      if (state === undefined) continue;
      counted += 1;
      if (!state) broken += 1;
    }
  }
  return counted === 0 ? 0 : broken / counted;
}

function isNoAccident({ rule, rows, exceptions, byChance }: Candidate): boolean {
  const most = rule.kind === 'order' ? 0 : EXCEPTIONS * byChance * rows;
  return byChance * rows >= LEAST_BY_CHANCE && exceptions <= most;
}

/** Candidates, of those about the same columns first what makes the others hold. */
function byConsequence(
  candidates: readonly Candidate[],
  columns: readonly NumberColumn[],
  numbers: readonly Float64Array[],
): Candidate[] {
  const about = ({ places }: Candidate) => [...places].sort((a, b) => a - b).join();
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates)
    groups.set(about(candidate), [...(groups.get(about(candidate)) ?? []), candidate]);
  return [...groups.values()].flatMap((group) => {
    if (group.length === 1) return group;
    const rated = group.map((candidate) => ({ candidate, share: consequence(candidate, group, columns, numbers) }));
    // What comes last in the file follows from what is before, where nothing else decides.
    rated.sort((a, b) => b.share - a.share || (b.candidate.places[0] as number) - (a.candidate.places[0] as number));
    return rated.map(({ candidate }) => candidate);
  });
}

/** Share of the rules of a group that hold where one of them makes its column, of numbers from different rows. */
function consequence(
  { rule, places }: Candidate,
  group: readonly Candidate[],
  columns: readonly NumberColumn[],
  numbers: readonly Float64Array[],
): number {
  if (rule.kind === 'order') return 0;
  const rows = numbers[0]?.length ?? 0;
  const view = columns[places[0] as number]?.view as NumberView;
  let [counted, held] = [0, 0];
  for (let r = 0; r < rows; r += 1) {
    const mixed = new Map(places.map((place, i) => [place, numbers[place]?.[(r + 17 * i) % rows] as number]));
    const made = view.round(evaluate(rule, (i) => mixed.get(places[i + 1] as number) as number));
    mixed.set(places[0] as number, Number.isFinite(made) ? made : Number.NaN);
    for (const other of group) {
      const state = check(other, columns, (i) => mixed.get(other.places[i] as number) as number);
      if (state === undefined) continue;
      counted += 1;
      if (state) held += 1;
    }
  }
  return counted === 0 ? 0 : held / counted;
}

/** Formulas, the simplest for each column, none of them in a circle; then the orders that do not follow from them. */
function chosen(candidates: readonly Candidate[]): NumberRule[] {
  const formulas: NumberFormula[] = [];
  const derived = new Map<string, NumberFormula>();
  const needs = (name: string, wanted: string): boolean =>
    name === wanted || (derived.get(name)?.of ?? []).some((other) => needs(other, wanted));
  for (const { rule } of candidates) {
    if (rule.kind === 'order' || derived.has(rule.column)) continue;
    if (rule.of.some((name) => needs(name, rule.column))) continue;
    derived.set(rule.column, rule);
  }
  const add = (formula: NumberFormula): void => {
    if (formulas.includes(formula)) return;
    for (const name of formula.of) {
      const other = derived.get(name);
      if (other !== undefined) add(other);
    }
    formulas.push(formula);
  };
  for (const formula of derived.values()) add(formula);
  const orders = candidates
    .flatMap(({ rule }) => (rule.kind === 'order' ? [rule] : []))
    .filter(({ low, high }) => !derived.has(low) && !derived.has(high));
  return [...direct(orders), ...formulas];
}

/** Orders without those that follow from two others, and of each pair of columns the stricter. */
function direct(orders: readonly NumberOrder[]): NumberOrder[] {
  const strictest = orders.filter(
    (order) =>
      order.strict || !orders.some(({ low, high, strict }) => strict && low === order.low && high === order.high),
  );
  return strictest.filter(
    ({ low, high, strict }) =>
      !strictest.some(
        (one) =>
          one.low === low &&
          one.high !== high &&
          strictest.some((two) => two.low === one.high && two.high === high && (!strict || one.strict || two.strict)),
      ),
  );
}
