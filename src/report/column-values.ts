import { DataType, type RecordBatch } from 'apache-arrow';

/** One column of a table, ready to be compared. */
export interface ColumnValues {
  readonly name: string;
  /** Numbers and dates have an order; texts and booleans have not. */
  readonly kind: 'number' | 'category';
  /** The number of each row; NaN for null, and for categories. */
  readonly numbers: Float64Array;
  /** The text of each row; `null` for null. */
  readonly texts: readonly (string | null)[];
}

/** Reads a column of batches of one schema, which fit in memory. Throws RangeError when there is no such column. */
export function columnValues(batches: readonly RecordBatch[], name: string): ColumnValues {
  const field = batches[0]?.schema.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new RangeError(`Expected a column \`${name}\``);
  const { type } = field;
  const number = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) || DataType.isTimestamp(type);
  const numbers: number[] = [];
  const texts: (string | null)[] = [];
  for (const batch of batches) {
    for (const value of batch.getChild(name) ?? []) {
      if (number) numbers.push(value === null ? Number.NaN : Number(value));
      else texts.push(value === null ? null : String(value));
    }
  }
  return number
    ? { name, kind: 'number', numbers: Float64Array.from(numbers), texts: [] }
    : { name, kind: 'category', numbers: new Float64Array(), texts };
}
