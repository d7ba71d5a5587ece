import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  type RecordBatch,
  Schema,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { batchOf } from '../src/batches/batch-of.js';

/** Two rows of every type that has a buffer of its own, then a row of nulls. */
export function everyType(): RecordBatch {
  const columns: Record<string, [DataType, unknown[]]> = {
    flag: [new Bool(), [true, false, null]],
    tiny: [new Int8(), [-128, 127, null]],
    whole: [new Int32(), [-2147483648, 5, null]],
    long: [new Int64(), [-9223372036854775808n, 9007199254740993n, null]],
    natural: [new Uint32(), [4294967295, 0, null]],
    large: [new Uint64(), [18446744073709551615n, 1n, null]],
    single: [new Float32(), [0.5, -1.25, null]],
    real: [new Float64(), [0.1, Number.POSITIVE_INFINITY, null]],
    text: [new Utf8(), ['ü😀', '', null]],
    word: [new Dictionary(new Utf8(), new Int8()), ['red', 'green', null]],
    bytes: [new Binary(), [Uint8Array.of(0, 255), new Uint8Array(0), null]],
    fixed: [new FixedSizeBinary(2), [Uint8Array.of(1, 2), Uint8Array.of(3, 4), null]],
    day: [new DateDay(), [new Date('1969-12-31'), new Date('2024-02-29'), null]],
    ms: [new TimestampMillisecond(), [-1, 1700000000123, null]],
    us: [new TimestampMicrosecond('UTC'), [1.5, 1700000000123, null]],
  };
  const fields = Object.entries(columns).map(([name, [type]]) => new Field(name, type, true));
  const data = Object.values(columns).map(([type, values]) => vectorFromArray(values, type).data[0]!);
  const shape = { length: 3, nullCount: 1, nullBitmap: Uint8Array.of(3) };
  const nanoseconds = BigInt64Array.of(-1n, 1700000000123456789n, 0n);
  fields.push(new Field('ns', new TimestampNanosecond(), true));
  data.push(makeData({ type: new TimestampNanosecond(), ...shape, data: nanoseconds }) as never);
  const words = Uint32Array.of(0xffffff85, -1, -1, -1, 12345, 0, 0, 0, 0, 0, 0, 0);
  fields.push(new Field('money', new Decimal(2, 20, 128), true));
  data.push(makeData({ type: new Decimal(2, 20, 128), ...shape, data: words }) as never);
  fields.push(new Field('id', new Int32(), false, new Map([['unit', 'one']])));
  data.push(makeData({ type: new Int32(), length: 3, nullCount: 0, data: Int32Array.of(1, 2, 3) }) as never);
  return batchOf(new Schema(fields), 3, data);
}
