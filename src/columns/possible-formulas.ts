import type { NumberFormula } from './number-rule.js';
import type { ScaledColumn } from './number-scale.js';

/** Columns up to which pairs, triples and sets of four are looked at: their numbers grow with these powers. */
const MOST = { pairs: 300, triples: 120, fours: 40 };
/** Decimals that factors and constants are tried with. */
const DECIMALS = [0, 1, 2, 3, 4, 5, 6];
/** Rows that a formula is tried on first. */
const TRIED = 24;
/** Rows that are looked at for a line, before all are. */
const LOOK = 100;
/** Exceptions that it may have there. */
const EXCEPTIONS = 2;

/** A column that may follow from others, and which. */
type Proposal = NumberFormula | undefined;

/** Columns by place, and whether a value is what one of them has, but for rounding, in nearly all rows that are tried. */
interface Search {
  readonly columns: readonly ScaledColumn[];
  at(column: number, row: number): number;
  /** The standard deviation of a column. */
  spread(column: number): number;
  isNear(column: number, value: (row: number) => number): boolean;
}

/**
 * Formulas that numbers [columns][rows] may follow, the simpler ones first: one column as a multiple of another and a constant, sums
 * and differences of two, days between dates, products, quotients, and sums of three. Of the columns of a sum it
 * is the one that spreads most: small ones would be off by what large ones are. They still have to be tested. In between undefined: places
 * where work may be left for a while.
 */
export function* possibleFormulas(
  columns: readonly ScaledColumn[],
  numbers: readonly Float64Array[],
): Generator<Proposal, void, void> {
  const search = createSearch(columns, numbers);
  const count = columns.length;
  if (count <= MOST.pairs) yield* multiples(search, numbers);
  if (count <= MOST.triples) {
    yield* sums(search, 2);
    yield* durations(search);
    yield* products(search);
    yield* quotients(search);
  }
  if (count <= MOST.fours) yield* sums(search, 3);
}

function createSearch(columns: readonly ScaledColumn[], numbers: readonly Float64Array[]): Search {
  const rows = numbers[0]?.length ?? 0;
  const some = Math.min(TRIED, rows);
  const tried = Array.from({ length: some }, (_, i) => Math.floor((i * rows) / some));
  const at = (column: number, row: number) => numbers[column]?.[row] as number;
  const spreads = numbers.map(deviation);
  return {
    columns,
    at,
    spread: (column) => spreads[column] as number,
    isNear(column, value) {
      let exceptions = 0;
      for (const row of tried) {
        const number = at(column, row);
        const most = (columns[column]?.scale.halfStep(number) ?? 0) * (1 + 1e-6) + 1e-9 * Math.abs(number);
        // Rows without a number say nothing.
        if (Math.abs(value(row) - number) > most) exceptions += 1;
        if (exceptions > EXCEPTIONS) return false;
      }
      return true;
    },
  };
}

function* multiples(search: Search, numbers: readonly Float64Array[]): Generator<Proposal, void, void> {
  const { columns, at, isNear } = search;
  for (const [k, column] of columns.entries()) {
    for (const [i, other] of columns.entries()) {
      yield undefined;
      if (i === k || other.unit !== column.unit) continue;
      for (const [factor, constant] of lines(numbers[i] as Float64Array, numbers[k] as Float64Array)) {
        if (!isNear(k, (r) => factor * at(i, r) + constant)) continue;
        yield { kind: 'sum', column: column.name, of: [other.name], factors: [factor], constant };
      }
    }
  }
}

/** Sums and differences of so many columns, each the one that spreads most of those that add up. */
function* sums({ columns, at, isNear, spread }: Search, terms: number): Generator<Proposal, void, void> {
  const bySpread = plain(columns).sort((a, b) => spread(b) - spread(a) || b - a);
  for (const [k, ...places] of combinations(bySpread, terms + 1) as Iterable<[number, ...number[]]>) {
    yield undefined;
    places.sort((a, b) => a - b);
    // A bit a term: all but the one that subtracts them all.
    for (let signs = 0; signs < 2 ** terms - 1; signs += 1) {
      const factors = places.map((_, i) => ((signs >> i) & 1 ? -1 : 1));
      const value = (r: number) => places.reduce((sum, place, i) => sum + (factors[i] as number) * at(place, r), 0);
      if (!isNear(k, value)) continue;
      const [column, ...of] = [k, ...places].map((place) => columns[place]?.name as string) as [string, ...string[]];
      yield { kind: 'sum', column, of, factors, constant: 0 };
    }
  }
}

/** What lies between two dates, in their unit, the first one counted or not. */
function* durations({ columns, at, isNear }: Search): Generator<Proposal, void, void> {
  for (const [i, from] of columns.entries()) {
    for (const [j, to] of columns.entries()) {
      yield undefined;
      if (i === j || from.unit === '' || to.unit !== from.unit) continue;
      for (const k of plain(columns)) {
        for (const constant of [0, 1]) {
          if (!isNear(k, (r) => at(j, r) - at(i, r) + constant)) continue;
          const column = columns[k]?.name as string;
          yield { kind: 'sum', column, of: [to.name, from.name], factors: [1, -1], constant };
        }
      }
    }
  }
}

function* products({ columns, at, isNear }: Search): Generator<Proposal, void, void> {
  for (const [i, j] of combinations(plain(columns), 2) as Iterable<[number, number]>) {
    yield undefined;
    for (const k of plain(columns)) {
      if (k === i || k === j || !isNear(k, (r) => at(i, r) * at(j, r))) continue;
      yield formula('product', columns, [k, i, j], 1);
    }
  }
}

function* quotients({ columns, at, isNear }: Search): Generator<Proposal, void, void> {
  for (const i of plain(columns)) {
    for (const j of plain(columns)) {
      yield undefined;
      for (const k of plain(columns)) {
        if (new Set([i, j, k]).size < 3) continue;
        for (const factor of [1, 100]) {
          if (isNear(k, (r) => (factor * at(i, r)) / at(j, r))) yield formula('quotient', columns, [k, i, j], factor);
        }
      }
    }
  }
}

function formula(
  kind: 'product' | 'quotient',
  columns: readonly ScaledColumn[],
  places: readonly number[],
  factor: number,
): NumberFormula {
  const [column, ...of] = places.map((place) => columns[place]?.name as string) as [string, ...string[]];
  return { kind, column, of, factor };
}

/** The places of columns that are numbers, not dates. */
function plain(columns: readonly ScaledColumn[]): number[] {
  return columns.flatMap(({ unit }, place) => (unit === '' ? [place] : []));
}

/** All choices of so many places, in order. */
function* combinations(places: readonly number[], size: number): Generator<number[], void, void> {
  if (size === 0) yield [];
  else {
    for (const [i, place] of places.entries()) {
      for (const rest of combinations(places.slice(i + 1), size - 1)) yield [place, ...rest];
    }
  }
}

/** Straight lines with simple coefficients that y may follow of x, where they are all but one. */
function* lines(x: Float64Array, y: Float64Array): Generator<readonly [factor: number, constant: number], void, void> {
  // A look at some rows spares most pairs the rest.
  if (leastSquares(x.subarray(0, LOOK), y.subarray(0, LOOK)).square < 0.9) return;
  const { slope, square } = leastSquares(x, y);
  if (!(square > 0.99)) return;
  const tried = new Set<number>();
  for (const decimals of DECIMALS) {
    const factor = rounded(slope, decimals);
    if (factor === 0 || tried.has(factor)) continue;
    tried.add(factor);
    const constant = middle(x, y, factor);
    const constants = new Set(DECIMALS.map((d) => rounded(constant, d)));
    for (const constant of constants) yield [factor, constant];
  }
}

/** The slope of y over x (least squares), and the square of their correlation; NaN where one of them does not vary. */
function leastSquares(x: Float64Array, y: Float64Array): { readonly slope: number; readonly square: number } {
  let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
  for (let r = 0; r < x.length; r += 1) {
    const [a, b] = [x[r] as number, y[r] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n += 1;
    sx += a;
    sy += b;
    sxx += a * a;
    sxy += a * b;
    syy += b * b;
  }
  const [vx, vy, cov] = [sxx - (sx * sx) / n, syy - (sy * sy) / n, sxy - (sx * sy) / n];
  return { slope: cov / vx, square: (cov * cov) / (vx * vy) };
}

function rounded(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}

/** The median of what is left of y beside a multiple of x: a few exceptions do not move it. */
function middle(x: Float64Array, y: Float64Array, factor: number): number {
  const rest = y.map((value, r) => value - factor * (x[r] as number)).filter((value) => !Number.isNaN(value));
  return rest.sort()[rest.length >> 1] ?? 0;
}

function deviation(numbers: Float64Array): number {
  const known = numbers.filter((number) => !Number.isNaN(number));
  const mean = known.reduce((sum, number) => sum + number, 0) / known.length;
  return known.length === 0
    ? 0
    : Math.sqrt(known.reduce((sum, number) => sum + (number - mean) ** 2, 0) / known.length);
}
