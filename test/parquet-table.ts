import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  Map_,
  makeData,
  type RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { batchOf } from '../src/batches/batch-of.js';
import { jsonValue } from '../src/sinks/json-value.js';

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

/** Three rows of nested types: with values, with what is empty and with nulls, on the outside and inside. */
export function nestedTypes(): RecordBatch {
  const item = (type: DataType, nullable = true) => new Field('item', type, nullable);
  const pair = new Struct([new Field('x', new Int32(), true), new Field('y', new Utf8(), true)]);
  const required = new Struct([new Field('x', new Int32(), false)]);
  const entry = new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]);
  const columns: Record<string, [DataType, unknown[]]> = {
    numbers: [new List(item(new Int32())), [[1, null, 3], [], null]],
    required: [new List(item(new Int32(), false)), [[1, 2], [], null]],
    words: [new List(item(new Utf8())), [['a', 'ü'], [null], null]],
    deep: [new List(item(new List(item(new Int32())))), [[[1, 2], [], null], [null], []]],
    pair: [pair, [{ x: 1, y: 'a' }, { x: null, y: null }, null]],
    strict: [required, [{ x: 1 }, { x: 2 }, null]],
    pairs: [new List(item(pair)), [[{ x: 1, y: 'a' }, null], [{ x: null, y: 'b' }], null]],
    group: [new Struct([new Field('l', new List(item(new Int32())), true)]), [{ l: [1] }, { l: null }, { l: [] }]],
    map: [
      new Map_(new Field('entries', entry, false) as never),
      [
        new Map([
          ['b', 1],
          ['a', null],
        ]),
        new Map(),
        null,
      ],
    ],
    fixed: [new FixedSizeList(2, item(new Float32())), [[0.5, null], [1, 2], null]],
  };
  const fields = Object.entries(columns).map(([name, [type]]) => new Field(name, type, true));
  const data = Object.values(columns).map(([type, values]) => vectorFromArray(values, type).data[0]!);
  return batchOf(new Schema(fields), 3, data);
}

/** The values of batches, those of nested types too, as JSON has them. */
export function jsonOf(batches: readonly RecordBatch[]): unknown[][] {
  return batches.flatMap(({ data, numRows }) =>
    Array.from({ length: numRows }, (_, row) => data.children.map((column) => jsonValue(column, row))),
  );
}
