import { DataType, type Field } from 'apache-arrow';
import { isSet, validityOf } from '../batches/validity.js';
import type { ColumnFitter, ColumnKind, ColumnOptions } from './column.js';
import { createFrequentNumbers } from './frequent-numbers.js';
import { leastRowsOf } from './least-rows.js';
import { binCodes, type NumberCode, type NumberSummary, valueCodes } from './number-codes.js';
import { createNumberPattern, type NumberPattern } from './number-pattern.js';
import type { NumberStorage } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';
import { numericColumn } from './numeric-column.js';
import { opaqueColumn } from './opaque.js';
import { createQuantileSketch } from './quantile-sketch.js';
import { cellsOfRounding, rounder } from './rounding.js';

/**
 * Integers, floats and decimals. At most 50 distinct numbers: each its code. Otherwise a code for each number that holds more than
 * 1 / codes of the rows and quantile bins for the rest, `maxCodes` in all (20 when the table has fewer than 2,000 rows). From 20 rows
 * on, a number that fewer than five share has no code of its own in either case, and a column of fewer than five numbers is not modelled.
 *
 * An integer column of 20 rows or more is an identifier, and not modelled, when all its values differ and they rise or fall
 * throughout, or fill half of their range or more, or lie beyond 2^53. Decimals are modelled with the 15 digits that float64
 * keeps; a column with few distinct numbers of more is copied, as each would come back as another.
 */
export const numeric: ColumnKind = {
  kind: 'numeric',
  accepts: ({ type }) => DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type),
  fit: (field, options) => fitNumbers(field, options, { kind: 'numeric', identifiers: DataType.isInt(field.type) }),
};

/** A number with at most so many distinct values is its value. */
const maxValues = 50;

/** Fits any column kept as numbers; `identifiers` tells whether to look for keys. */
export function fitNumbers(
  field: Field,
  { maxCodes, copyClocks = false }: ColumnOptions,
  { kind, identifiers }: { kind: 'numeric' | 'datetime'; identifiers: boolean },
): ColumnFitter {
  const storage = numberStorageOf(field.type) as NumberStorage;
  const sketch = createQuantileSketch();
  const items = createFrequentNumbers();
  const pattern = createNumberPattern(storage);
  let digits: Map<bigint, number> | undefined = new Map();
  const special = { negativeInfinity: 0, positiveInfinity: 0, nan: 0, null: 0 };
  let rows = 0;
  let isExact = true;

  function addWide(value: number, integer: bigint): void {
    pattern.add(value, integer);
    digits?.set(integer, (digits.get(integer) ?? 0) + 1);
    if (digits !== undefined && digits.size > maxValues) digits = undefined;
  }

  return {
    add(data) {
      const values = storage.read(data);
      const bitmap = validityOf(data);
      rows += data.length;
      for (let r = 0; r < values.length; r += 1) {
        const value = (values[r] as number) + 0;
        if (!isSet(bitmap, data.offset + r)) special.null += 1;
        else if (Number.isNaN(value)) special.nan += 1;
        else if (value === Infinity) special.positiveInfinity += 1;
        else if (value === -Infinity) special.negativeInfinity += 1;
        else {
          sketch.add(value);
          items.add(value);
          isExact &&= storage.isExact?.(value, data, r) ?? true;
          if (storage.bits64 && Math.abs(value) >= 2 ** 53) addWide(value, (data.values as BigInt64Array)[r] as bigint);
          else pattern.add(value);
        }
      }
    },
    *finish() {
      const rounding = pattern.rounding();
      const numbers = sketch.summary();
      yield;
      const frequent = items.entries();
      yield;
      const summary: NumberSummary = {
        numbers,
        frequent,
        count: sketch.count,
        cell: cellsOfRounding(rounding),
        round: rounder(rounding, storage.nearest),
      };
      const leastRows = leastRowsOf(rows);
      const shared = { kind, name: field.name, rounding, ...special };
      if (identifiers && isIdentifier(summary, sketch.exact, pattern)) {
        return opaqueColumn(field, 'an identifier: every row has another number');
      }
      if (copyClocks && pattern.neverFalls && sketch.count >= 20 && !(items.exact && frequent.length <= maxValues)) {
        return opaqueColumn(field, 'a clock: its values only rise');
      }
      if (numbers.values.length > 0 && sketch.count < leastRows) {
        return opaqueColumn(field, `numbers of fewer than ${leastRows} rows`);
      }
      const few = pattern.wideRange === undefined ? undefined : exactValues(frequent, items.exact, digits);
      const known = few?.filter(([, held]) => held >= leastRows) ?? [];
      if (known.reduce((sum, [, held]) => sum + held, 0) > sketch.count / 2) {
        const codes = known.map(([value, count]) => ({ value: Number(value), rows: count }));
        return numericColumn(field, { ...shared, codes, exact: known.map(([value]) => String(value)) });
      }
      const isFew = items.exact && frequent.length <= maxValues;
      if (isFew && !isExact) return opaqueColumn(field, 'few decimals, of more digits than are kept');
      if (isFew && frequent.every(([, rows]) => rows >= leastRows)) {
        const values = Float64Array.from(frequent, ([value]) => value);
        return numericColumn(field, {
          ...shared,
          codes: valueCodes({ values, weights: Float64Array.from(frequent, ([, n]) => n) }),
        });
      }
      const most = rows < 2000 ? Math.min(20, maxCodes) : maxCodes;
      const codes = binCodes(
        summary,
        isFew
          ? { maxCodes: maxValues, spikeRows: leastRows, leastRows }
          : { maxCodes: most, spikeRows: Math.max(leastRows, Math.floor(sketch.count / most) + 1), leastRows },
      );
      return numericColumn(field, {
        ...shared,
        codes: pattern.wideRange ? withinRange(codes, pattern.wideRange) : codes,
      });
    },
  };
}

function isIdentifier({ numbers, count }: NumberSummary, exact: boolean, pattern: NumberPattern): boolean {
  if (count < 20) return false;
  if (pattern.monotone) return true;
  const allDiffer = exact ? numbers.values.length === count : pattern.distinct() > 0.96 * count;
  const range = (numbers.values.at(-1) as number) - (numbers.values[0] as number) + 1;
  return allDiffer && (pattern.wideRange !== undefined || range <= 2 * count);
}

/** The column's integers with their rows, where some are beyond 2^53 and all together are few; ordered. */
function exactValues(
  frequent: readonly (readonly [number, number])[],
  exact: boolean,
  digits: ReadonlyMap<bigint, number> | undefined,
): (readonly [bigint, number])[] | undefined {
  if (digits === undefined || !exact) return undefined;
  const narrow = frequent
    .filter(([value]) => Math.abs(value) < 2 ** 53)
    .map(([value, rows]) => [BigInt(value), rows] as const);
  if (narrow.length + digits.size > maxValues) return undefined;
  return [...narrow, ...digits].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Moves bounds that float64 rounded out of the range of the integers seen back into it. */
function withinRange(codes: readonly NumberCode[], [lowest, highest]: readonly [bigint, bigint]): NumberCode[] {
  const inside = (value: number): number => {
    if (BigInt(value) < lowest) return value + Math.abs(value) * 2 ** -52;
    return BigInt(value) > highest ? value - Math.abs(value) * 2 ** -52 : value;
  };
  return codes.map((code) =>
    'value' in code
      ? { ...code, value: inside(code.value) }
      : { ...code, low: inside(code.low), high: inside(code.high) },
  );
}
