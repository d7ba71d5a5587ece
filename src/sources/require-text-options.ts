import type { DataType, Field, Schema } from 'apache-arrow';
import type { DateOrder, DecimalMark } from '../batches/infer-schema.js';
import { requireArrowTypes } from '../batches/require-arrow-types.js';
import { valueText } from '../value-text.js';
import { READING_OPTIONS } from './reading-options.js';

/** The names of the options of every source that infers types; see `requireOptions`. */
export const TEXT_OPTIONS = {
  ...READING_OPTIONS,
  schema: true,
  inferRows: 'number',
  dateOrder: true,
  decimalMark: true,
  nullValues: true,
} as const;

/** What is wrong with the options of a source that infers types: RangeError for sizes and orders, TypeError for a schema of no types and marks that are no list. */
export function requireTextOptions(options: {
  readonly batchRows: number;
  readonly inferRows: number;
  readonly dateOrder: DateOrder | undefined;
  readonly decimalMark: DecimalMark | undefined;
  readonly nullValues: readonly string[];
  readonly schema: Schema | Readonly<Record<string, DataType | Field>> | undefined;
}): void {
  const { batchRows, inferRows, nullValues, dateOrder = 'dmy', decimalMark = '.', schema = {} } = options;
  for (const [name, value] of Object.entries({ batchRows, inferRows })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`Expected \`${name}\` to be 1 or more, got ${value}`);
  }
  if (dateOrder !== 'dmy' && dateOrder !== 'mdy')
    throw new RangeError(`Expected \`dateOrder\` to be dmy or mdy, got ${String(dateOrder)}`);
  if (decimalMark !== '.' && decimalMark !== ',')
    throw new RangeError(`Expected \`decimalMark\` to be . or ,, got ${String(decimalMark)}`);
  if (!Array.isArray(nullValues))
    throw new TypeError(`Expected \`nullValues\` to be a list of texts, got ${typeof nullValues}`);
  const other = nullValues.findIndex((value) => typeof value !== 'string');
  if (other >= 0) throw new TypeError(`Expected \`nullValues\` to be texts, got ${valueText(nullValues[other])}`);
  requireArrowTypes(schema);
}
