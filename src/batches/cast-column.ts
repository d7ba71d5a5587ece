import { type Data, DataType, Precision, type TimeUnit } from 'apache-arrow';
import { buildData } from './build-data.js';
import { castText } from './cast-text.js';
import { concatBits } from './concat-bits.js';
import { typeName } from './type-name.js';
import { isSet, validityOf } from './validity.js';

/**
 * A column's values in another type: integers of any width and sign as others and as float32 or float64, timestamps in another unit of one zone, times of day
 * in another unit, float32 as float64, texts in any form as utf8 or large utf8. Undefined where the types differ in another way.
 * `reject` is called with the row of a value that the type does not have.
 */
export function castColumn(data: Data, type: DataType, reject: (row: number) => never): Data | undefined {
  if (typeName(data.type) === typeName(type)) return data;
  const { length, nullCount: nulls, offset } = data;
  const bits = validityOf(data);
  const bitmap = bits && concatBits([{ bits, offset, length }]);
  const cast = (values: ArrayBufferView) => buildData(type, { length, nulls, values, bitmap });
  if (DataType.isInt(data.type) && (DataType.isInt(type) || isWideFloat(type)))
    return cast(integers(data, type, reject));
  if (
    DataType.isTimestamp(data.type) &&
    DataType.isTimestamp(type) &&
    (data.type.timezone ?? '') === (type.timezone ?? '')
  )
    return cast(times(data, type, [data.type.unit, type.unit], reject));
  if (DataType.isTime(data.type) && DataType.isTime(type))
    return cast(times(data, type, [data.type.unit, type.unit], reject));
  if (
    DataType.isFloat(data.type) &&
    data.type.precision === Precision.SINGLE &&
    DataType.isFloat(type) &&
    type.precision === Precision.DOUBLE
  )
    return cast(Float64Array.from(data.values as Float32Array));
  return castText(data, type);
}

/** Half floats lie in Arrow as the bits of integers. */
function isWideFloat(type: DataType): boolean {
  return DataType.isFloat(type) && type.precision !== Precision.HALF;
}

function integers(data: Data, type: DataType, reject: (row: number) => never): ArrayBufferView {
  const bitmap = validityOf(data);
  const source = data.values as Int32Array | BigInt64Array;
  const values: Int32Array | Float64Array | BigInt64Array = new type.ArrayType(data.length);
  for (let row = 0; row < data.length; row += 1) {
    if (!isSet(bitmap, data.offset + row)) continue;
    const value = source[row] as number | bigint;
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[row] = BigInt(value);
    else values[row] = Number(value);
    // Typed arrays keep what fits and change the rest.
    if (BigInt(values[row] as number | bigint) !== BigInt(value)) reject(row);
  }
  return values;
}

function times(data: Data, type: DataType, [from, to]: readonly [TimeUnit, TimeUnit], reject: (row: number) => never) {
  const bitmap = validityOf(data);
  const source = data.values as Int32Array | BigInt64Array;
  const values: Int32Array | BigInt64Array = new type.ArrayType(data.length);
  // Units are numbered from seconds on, each a thousandth of the one before.
  const factor = 1000n ** BigInt(Math.abs(to - from));
  for (let row = 0; row < data.length; row += 1) {
    if (!isSet(bitmap, data.offset + row)) continue;
    const value = BigInt(source[row] as number | bigint);
    const exact = to >= from ? value * factor : value / factor;
    if (values instanceof BigInt64Array) values[row] = exact;
    else values[row] = Number(exact);
    if (BigInt(values[row] as number | bigint) !== exact || (to < from && exact * factor !== value)) reject(row);
  }
  return values;
}
