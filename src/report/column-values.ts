import { DataType, type Field, type RecordBatch } from 'apache-arrow';
import { cellsOf } from '../columns/cells-of.js';
import { createLevelIndex, type LevelIndex, NULL_CODE } from './level-index.js';

/** Sampled rows of a column: plain values, which can be sent to a thread. */
export interface SampledColumn {
  readonly name: string;
  /** Numbers and dates have an order; texts and booleans have not. */
  readonly kind: 'number' | 'category';
  /** The number of each row, dates in milliseconds; NaN for null. Empty for categories. */
  readonly numbers: Float64Array;
  /** The code of each row, -1 for null. Empty for numbers. */
  readonly codes: Int32Array;
}

/** One column of a table, ready to be compared. */
export interface ColumnValues extends SampledColumn {
  /** What the codes mean; columns can be compared when they share it. */
  readonly levels: LevelIndex;
}

/** Whether values of a field have an order. */
export function isOrdered({ type }: Field): boolean {
  return (
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isDecimal(type) ||
    DataType.isDate(type) ||
    DataType.isTime(type) ||
    DataType.isTimestamp(type)
  );
}

/**
 * Reads a column of batches of one schema, which fit in memory; `levels` are those of the column it is compared with.
 * Throws RangeError when there is no such column.
 */
export function columnValues(
  batches: readonly RecordBatch[],
  name: string,
  levels: LevelIndex = createLevelIndex(),
): ColumnValues {
  const field = batches[0]?.schema.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new RangeError(`Expected a column \`${name}\``);
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const ordered = isOrdered(field);
  const numbers = new Float64Array(ordered ? rows : 0);
  const codes = new Int32Array(ordered ? 0 : rows);
  let row = 0;
  for (const batch of batches) {
    for (const value of cellsOf(batch.getChild(name))) {
      if (ordered) numbers[row] = numberOf(value);
      else codes[row] = value === null ? NULL_CODE : levels.codeOf(String(value));
      row += 1;
    }
  }
  return { name, kind: ordered ? 'number' : 'category', numbers, codes, levels };
}

/** The number of a value that has an order; NaN for null. */
export function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}
