import type { Parts } from '../run-parts.js';
import { chooseRules } from './choose-rules.js';
import { EXCEPTIONS, isNoAccident } from './no-accident.js';
import { columnsOf, evaluate, type NumberOrder, type NumberRule } from './number-rule.js';
import type { ScaledColumn } from './number-scale.js';
import { possibleFormulas } from './possible-formulas.js';
import { ruleHolds } from './rule-holds.js';

/** Rows that possible rules are made from; all others test them. */
const FIRST_ROWS = 2000;

/** Finds what holds between the numbers of every row, in one pass. */
export interface RuleSearch {
  /** Whether further rows change nothing: no rule is possible. */
  readonly over: boolean;
  /** The numbers of further rows [columns][rows], NaN where there is none. */
  add(numbers: readonly Float64Array[]): Parts<void>;
  /** To be called once. */
  finish(): Parts<NumberRule[]>;
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
 * Finds orders and formulas among columns of numbers, in file order. An order holds in every row, and
 * could not be expected to: it would break in 50 rows if the two columns had nothing to do with each other. A formula may have
 * 1/200 of the exceptions that it would have in that case, which are 50 at least. Each column follows from others once. Of several
 * formulas of the same columns it is the one that makes the others hold as well: a total is pieces times price, rather than pieces
 * total over price, rounded.
 */
export function createRuleSearch(columns: readonly ScaledColumn[]): RuleSearch {
  const placeOf = new Map(columns.map(({ name }, place) => [name, place]));
  const first = columns.map(() => new Float64Array(FIRST_ROWS));
  let firstRows = 0;
  let candidates: Candidate[] | undefined;

  function* test(numbers: readonly Float64Array[], from: number, to: number): Parts<void> {
    const alive: Candidate[] = [];
    for (const candidate of candidates ?? []) {
      if (holds(candidate, columns, numbers, { from, to })) alive.push(candidate);
      yield;
    }
    candidates = alive;
  }

  function* begin(): Parts<void> {
    const numbers = first.map((column) => column.subarray(0, firstRows));
    candidates = [];
    for (const rule of possibleOrders(columns)) {
      consider(rule, numbers);
      yield;
    }
    for (const rule of possibleFormulas(columns, numbers)) {
      if (rule !== undefined) consider(rule, numbers);
      yield;
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
    get over() {
      return columns.length < 2 || candidates?.length === 0;
    },
    *add(numbers) {
      const rows = numbers[0]?.length ?? 0;
      const kept = candidates === undefined ? Math.min(rows, FIRST_ROWS - firstRows) : 0;
      numbers.forEach((column, i) => {
        first[i]?.set(column.subarray(0, kept), firstRows);
      });
      firstRows += kept;
      if (candidates === undefined && firstRows === FIRST_ROWS) yield* begin();
      if (kept < rows) yield* test(numbers, kept, rows);
    },
    *finish() {
      if (columns.length < 2) return [];
      if (candidates === undefined) yield* begin();
      const numbers = first.map((column) => column.subarray(0, firstRows));
      const likely = (candidates ?? []).filter((one) => isNoAccident(one.exceptions, one.byChance * one.rows));
      const found = byConsequence(likely, columns, numbers);
      return chooseRules(found.map(({ rule }) => rule));
    },
  };
}

function* possibleOrders(columns: readonly ScaledColumn[]): Generator<NumberOrder, void, void> {
  for (const low of columns) {
    for (const high of columns) {
      // Ranges that do not overlap are kept anyway.
      if (low === high || low.unit !== high.unit || low.scale.high <= high.scale.low) continue;
      yield { kind: 'order', low: low.name, high: high.name, strict: true };
      yield { kind: 'order', low: low.name, high: high.name, strict: false };
    }
  }
}

/** Whether a rule may still be one after these rows; counts them. */
function holds(
  candidate: Candidate,
  columns: readonly ScaledColumn[],
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
  columns: readonly ScaledColumn[],
  number: (i: number) => number,
): boolean | undefined {
  return ruleHolds(rule, (columns[places[0] as number] as ScaledColumn).scale, number);
}

/** Share of rows in which a rule breaks when its first column's numbers come from other rows. */
function shareByChance(
  rule: NumberRule,
  places: readonly number[],
  columns: readonly ScaledColumn[],
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

/** Candidates, of those about the same columns first what makes the others hold. */
function byConsequence(
  candidates: readonly Candidate[],
  columns: readonly ScaledColumn[],
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
  columns: readonly ScaledColumn[],
  numbers: readonly Float64Array[],
): number {
  if (rule.kind === 'order') return 0;
  const rows = numbers[0]?.length ?? 0;
  const { scale } = columns[places[0] as number] as ScaledColumn;
  let [counted, held] = [0, 0];
  for (let r = 0; r < rows; r += 1) {
    const mixed = new Map(places.map((place, i) => [place, numbers[place]?.[(r + 17 * i) % rows] as number]));
    const made = scale.round(evaluate(rule, (i) => mixed.get(places[i + 1] as number) as number));
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
