import type { Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { bitmapOf, clearBit, isSet, validityOf } from '../batches/validity.js';
import type { Column } from './column.js';
import type { ColumnJsonOf } from './column-json.js';
import { exactNumbers } from './exact-numbers.js';
import { madeOnce } from './exact-values.js';
import { normalScores } from './normal-scores.js';
import { endsOf, type NumberCode } from './number-codes.js';
import { numberDecoding } from './number-decoding.js';
import { numberEncoding } from './number-encoding.js';
import { numberStorageOf } from './number-storage-of.js';
import { exactOnGrid } from './rounding.js';
import { runningSums } from './running-sums.js';

/**
 * A column of numbers or dates. Numbers never seen get the nearest code. A null, NaN or infinity where fitting saw none is
 * reported and gets: the other of null and NaN if there is one, else the median's code; the end code on its side.
 */
export function numericColumn(field: Field, json: ColumnJsonOf<'numeric' | 'datetime'>): Column {
  const storage = numberStorageOf(field.type);
  if (storage === undefined) throw new TypeError(`Expected column \`${field.name}\` to be numeric, got ${field.type}`);
  const { codes, exact } = json;
  const lowest = json.negativeInfinity > 0 ? 1 : 0;
  const infinite = lowest + codes.length;
  const ordered = infinite + (json.positiveInfinity > 0 ? 1 : 0);
  const nanCode = json.nan > 0 ? ordered : -1;
  const nullCode = json.null > 0 ? ordered + (json.nan > 0 ? 1 : 0) : -1;
  const width = ordered + (json.nan > 0 ? 1 : 0) + (json.null > 0 ? 1 : 0);
  if (width === 0 || (exact !== undefined && exact.length !== codes.length)) {
    throw new RangeError(`Expected column \`${field.name}\` to have codes`);
  }
  const counts = [json.negativeInfinity, ...codes.map((code) => code.rows), json.positiveInfinity];
  const orderedRows = counts.filter((count, i) => count > 0 || (i > 0 && i <= codes.length));
  const codeRows = [...orderedRows, ...(nanCode < 0 ? [] : [json.nan]), ...(nullCode < 0 ? [] : [json.null])];
  const middle = middleCode(orderedRows);
  const nullOr = nullCode >= 0 ? nullCode : nanCode >= 0 ? nanCode : middle;
  const nanOr = nanCode >= 0 ? nanCode : nullOr;
  const encoding = codes.length > 0 ? numberEncoding(codes) : () => middle;
  const decoding = numberDecoding(codes, json.rounding, storage.nearest);
  const digits = exact?.map(BigInt);
  const codeOfDigits = new Map(digits?.map((value, i) => [value, lowest + i]));
  const known = knownNumbers(codes);

  return {
    kind: json.kind,
    name: field.name,
    span: {
      name: field.name,
      likelihood: 'categorical',
      width,
      scores: [...normalScores(orderedRows), ...Array<number>(width - ordered).fill(0)],
      rows: codeRows,
    },
    ...(codes.every((code) => 'value' in code) && { codeRows }),
    ...(codes.every((code) => 'value' in code) && { seenOnce: codes.filter((code) => code.rows === 1).length }),
    encode(data, out, offset, stride, onUnseen) {
      const values = storage.read(data);
      const bitmap = validityOf(data);
      const integers = digits === undefined ? undefined : (data.values as BigInt64Array);
      for (let r = 0, at = offset; r < values.length; r += 1, at += stride) {
        if (!isSet(bitmap, data.offset + r)) {
          if (nullCode < 0) onUnseen?.('null', r);
          out[at] = nullOr;
          continue;
        }
        const value = values[r] as number;
        if (Number.isFinite(value)) {
          const known = integers === undefined ? undefined : codeOfDigits.get(integers[r] as bigint);
          if (codes.length === 0) onUnseen?.(String(value), r);
          out[at] = known ?? (codes.length > 0 ? lowest : 0) + encoding(value);
          continue;
        }
        const seen = Number.isNaN(value) ? nanCode >= 0 : value < 0 ? lowest > 0 : ordered > infinite;
        if (!seen) onUnseen?.(String(value), r);
        out[at] = Number.isNaN(value) ? nanOr : value < 0 ? 0 : Math.max(0, ordered - 1);
      }
    },
    forEachForeign(data, onRow) {
      const values = storage.read(data);
      const bitmap = validityOf(data);
      const integers = digits === undefined ? undefined : (data.values as BigInt64Array);
      for (let r = 0; r < values.length; r += 1) {
        const value = values[r] as number;
        if (!Number.isFinite(value) || !isSet(bitmap, data.offset + r)) continue;
        if (integers === undefined ? !known(value) : !codeOfDigits.has(integers[r] as bigint)) onRow(r);
      }
    },
    decode({ codes: drawn, uniforms, offset, stride, rows: length }) {
      const values = new Float64Array(length);
      const bitmap = nullCode < 0 ? undefined : bitmapOf(length, true);
      let nulls = 0;
      for (let r = 0, at = offset; r < length; r += 1, at += stride) {
        const code = drawn[at] as number;
        if (code >= lowest && code < infinite) {
          values[r] = decoding(code - lowest, uniforms[at] as number);
        } else if (code < lowest) {
          values[r] = -Infinity;
        } else if (code < ordered) {
          values[r] = Infinity;
        } else if (code === nanCode) {
          values[r] = NaN;
        } else if (bitmap !== undefined) {
          clearBit(bitmap, r);
          nulls += 1;
        }
      }
      const buffer = storage.write(values);
      if (digits !== undefined) {
        const integers = buffer as BigInt64Array;
        for (let r = 0, at = offset; r < length; r += 1, at += stride) {
          integers[r] = digits[(drawn[at] as number) - lowest] ?? 0n;
        }
      } else if (storage.bits64) {
        exactOnGrid(buffer as BigInt64Array, values, json.rounding);
      }
      return buildData(field.type, { length, nulls, values: buffer, bitmap: nulls > 0 ? bitmap : undefined });
    },
    // Numbers kept by their digits are not told apart as float64.
    exactValues: madeOnce(() =>
      digits === undefined ? exactNumbers(codes, { lowest, nullCode, storage }) : undefined,
    ),
    toJSON: () => json,
  };
}

/** Whether a number is one of the codes' values, or, where there are bins, within the range of all. */
function knownNumbers(codes: readonly NumberCode[]): (value: number) => boolean {
  const values = new Set(codes.flatMap((code) => ('value' in code ? [code.value] : [])));
  if (values.size === codes.length) return (value) => values.has(value);
  const ends = codes.map(endsOf);
  const [low, high] = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
  return (value) => value >= low && value <= high;
}

/** The code that holds the median row, 0 where no code is ordered. */
function middleCode(orderedRows: readonly number[]): number {
  const sums = runningSums(orderedRows);
  const half = (sums.at(-1) ?? 0) / 2;
  return Math.max(
    0,
    sums.findIndex((sum) => sum >= half),
  );
}
