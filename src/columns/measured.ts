import { DataType, type Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { bitmapOf, clearBit, isSet, validityOf } from '../batches/validity.js';
import type { Column, ColumnFitter, ColumnKind, ColumnOptions } from './column.js';
import type { ColumnJsonOf } from './column-json.js';
import type { NumberStorage } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';
import { fitNumbers } from './numeric.js';
import { exactOnGrid, rounder } from './rounding.js';

/**
 * Numbers and dates as numbers, for models with natural values: standardised to mean 0 and deviation 1 (`gaussian`, nulls as
 * a presence), or as they are in [0, 1] (`bernoulli`). Going back they are rounded as the column was and kept within its
 * range, the outermost values clipped as those of codes. Columns with NaN or infinities are coded, and so are those of one
 * value; identifiers are not modelled.
 */
export const measured: ColumnKind = {
  kind: 'measured',
  accepts: ({ name, type }, { values, likelihood }) =>
    values === 'natural' && numberStorageOf(type) !== undefined && likelihood(name) !== 'categorical',
  fit: (field, options) => fitMeasured(field, options),
};

function fitMeasured(field: Field, options: ColumnOptions): ColumnFitter {
  const storage = numberStorageOf(field.type) as NumberStorage;
  const isNumber = DataType.isInt(field.type) || DataType.isFloat(field.type) || DataType.isDecimal(field.type);
  const likelihood = options.likelihood(field.name) === 'bernoulli' ? 'bernoulli' : 'gaussian';
  const codes = fitNumbers(field, options, {
    kind: isNumber ? 'numeric' : 'datetime',
    identifiers: likelihood === 'gaussian' && DataType.isInt(field.type),
  });
  let [count, nulls, strange, rows] = [0, 0, 0, 0];
  let [mean, squares] = [0, 0];
  return {
    add(data) {
      codes.add(data);
      const values = storage.read(data);
      const bitmap = validityOf(data);
      for (let r = 0; r < values.length; r += 1) {
        const value = values[r] as number;
        rows += 1;
        const present = isSet(bitmap, data.offset + r);
        if (likelihood === 'bernoulli' && !(present && value >= 0 && value <= 1)) {
          throw new RangeError(
            `Expected \`${field.name}\` in [0, 1] for a Bernoulli likelihood, got ${present ? value : 'null'} (row ${rows})`,
          );
        }
        if (!present) nulls += 1;
        else if (!Number.isFinite(value)) strange += 1;
        else {
          // Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
          count += 1;
          const difference = value - mean;
          mean += difference / count;
          squares += difference * (value - mean);
        }
      }
    },
    *finish() {
      const finished = codes.finish();
      const coded = 'next' in finished ? yield* finished : finished;
      if (coded.span === undefined || (coded.span.width === 1 && likelihood === 'gaussian')) return coded;
      if (strange > 0 || count === 0 || (squares === 0 && likelihood === 'gaussian')) return coded;
      const { codes: ranges, rounding } = coded.toJSON() as ColumnJsonOf<'numeric' | 'datetime'>;
      const ends = ranges.flatMap((code) => ('value' in code ? [code.value] : [code.low, code.high]));
      const standard =
        likelihood === 'gaussian' ? { mean, deviation: Math.sqrt(squares / count) } : { mean: 0, deviation: 1 };
      const column = measuredColumn(field, {
        kind: 'measured',
        name: field.name,
        likelihood,
        ...standard,
        low: Math.min(...ends),
        high: Math.max(...ends),
        nullable: nulls > 0,
        rounding,
      });
      return { ...column, coded };
    },
  };
}

/** A fitted column of real values. */
export function measuredColumn(field: Field, json: ColumnJsonOf<'measured'>): Column {
  const storage = numberStorageOf(field.type);
  if (storage === undefined) throw new TypeError(`Expected column \`${field.name}\` to be numeric, got ${field.type}`);
  const { name, likelihood, mean, deviation, low, high, nullable, rounding } = json;
  const round = rounder(rounding, storage.nearest);
  const within = (value: number) => Math.min(high, Math.max(low, value));
  return {
    kind: 'measured',
    name,
    span: { name, likelihood, width: 1, ...(nullable && { nullable }) },
    encode(data, out, offset, stride, onUnseen) {
      const values = storage.read(data);
      const bitmap = validityOf(data);
      for (let r = 0, at = offset; r < values.length; r += 1, at += stride) {
        const value = values[r] as number;
        const present = isSet(bitmap, data.offset + r);
        const usable = present && !Number.isNaN(value);
        if (!(present ? Number.isFinite(value) : nullable)) onUnseen?.(present ? String(value) : 'null', r);
        if (nullable) out[at] = usable ? 1 : 0;
        // Infinities, never seen, count as the end of the range; what is missing as the mean, which is 0.
        const finite = Number.isFinite(value) ? value : within(value);
        out[nullable ? at + 1 : at] = usable
          ? (finite - mean) / deviation
          : likelihood === 'gaussian'
            ? 0
            : (low + high) / 2;
      }
    },
    decode({ codes, offset, stride, rows: length }) {
      const values = new Float64Array(length);
      const bitmap = nullable ? bitmapOf(length, true) : undefined;
      let nulls = 0;
      for (let r = 0, at = offset; r < length; r += 1, at += stride) {
        if (bitmap !== undefined && (codes[at] as number) < 0.5) {
          clearBit(bitmap, r);
          nulls += 1;
        } else {
          values[r] = within(round(within((codes[nullable ? at + 1 : at] as number) * deviation + mean)));
        }
      }
      const buffer = storage.write(values);
      if (storage.bits64) exactOnGrid(buffer as BigInt64Array, values, rounding);
      return buildData(field.type, { length, nulls, values: buffer, bitmap: nulls > 0 ? bitmap : undefined });
    },
    toJSON: () => json,
  };
}
