import type { DataType } from 'apache-arrow';
import {
  DateDay,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  type RecordBatch,
  Schema,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  Uint8,
  Uint64,
  Utf8,
  Utf8View,
  vectorFromArray,
} from 'apache-arrow';
import { firstValueFrom, from, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { InputError } from '../../src/errors.js';
import { castTo } from '../../src/operators/cast-to.js';

const schemaOf = (type: DataType, nullable = true) => new Schema([new Field('v', type, nullable)]);

const fieldsOf = (a: DataType, b: DataType) => new Schema([new Field('a', a, true), new Field('b', b, true)]);
const typesOf = (batch: RecordBatch) => batch.schema.fields.map(({ type }) => typeName(type));

function table(type: DataType, values: readonly unknown[], nullable = true): RecordBatch {
  const [data] = vectorFromArray(values as never[], type).data;
  return batchOf(schemaOf(type, nullable), values.length, [data!]);
}

async function cast(batch: RecordBatch, schema: Schema): Promise<{ batch: RecordBatch; values: unknown[] }> {
  const result = await firstValueFrom(of(batch).pipe(castTo(schema)));
  const raw = result.data.children[0]!;
  const values = Array.from({ length: raw.length }, (_, row) =>
    result.getChildAt(0)!.get(row) === null ? null : (raw.values as Int32Array)[row],
  );
  return { batch: result, values };
}

describe('castTo', () => {
  it.each<[string, DataType, readonly unknown[], DataType, readonly unknown[]]>([
    ['int64 as int32', new Int64(), [1n, null, -5n], new Int32(), [1, null, -5]],
    ['int32 as int64', new Int32(), [1, null, -5], new Int64(), [1n, null, -5n]],
    ['uint64 as int8', new Uint64(), [0n, 127n], new Int8(), [0, 127]],
    ['int8 as uint8', new Int8(), [0, 127], new Uint8(), [0, 127]],
    ['int32 as float64', new Int32(), [1, null, -(2 ** 31)], new Float64(), [1, null, -(2 ** 31)]],
    ['int64 as float32', new Int64(), [2n ** 24n, null, -3n], new Float32(), [2 ** 24, null, -3]],
    ['float32 as float64', new Float32(), [0.5, null], new Float64(), [0.5, null]],
    [
      'microseconds as milliseconds',
      new TimestampMicrosecond(),
      [1000, null],
      new TimestampMillisecond(),
      [1000n, null],
    ],
    ['milliseconds as microseconds', new TimestampMillisecond(), [-3], new TimestampMicrosecond(), [-3000n]],
    ['times in microseconds as seconds', new TimeMicrosecond(), [65_000_000n, null], new TimeSecond(), [65, null]],
    ['times in seconds as nanoseconds', new TimeSecond(), [65, null], new TimeNanosecond(), [65_000_000_000n, null]],
    ['times in milliseconds as seconds', new TimeMillisecond(), [65_000], new TimeSecond(), [65]],
  ])('takes %s', async (_, from, given, to, expected) => {
    const { batch, values } = await cast(table(from, given), schemaOf(to));
    expect(values).toEqual(expected);
    expect(batch.schema.fields[0]!.type.toString()).toBe(to.toString());
  });

  it.each<[string, DataType, DataType]>([
    ['large utf8 as utf8', new LargeUtf8(), new Utf8()],
    ['utf8 as large utf8', new Utf8(), new LargeUtf8()],
    ['views of texts as utf8', new Utf8View(), new Utf8()],
    ['views of texts as large utf8', new Utf8View(), new LargeUtf8()],
    ['a dictionary as utf8', new Dictionary(new Utf8(), new Int8()), new Utf8()],
    ['a dictionary of large utf8 as utf8', new Dictionary(new LargeUtf8(), new Int32()), new Utf8()],
  ])('takes %s, slices too', async (_, from, to) => {
    const texts = ['ü', null, '', 'more than twelve bytes', 'ü', null, 'last'];
    const whole = table(from, texts);
    for (const [begin, end] of [
      [0, 7],
      [1, 5],
      [3, 3],
    ] as const) {
      const { batch } = await cast(whole.slice(begin, end), schemaOf(to));
      expect(typesOf(batch)).toEqual([typeName(to)]);
      expect([...batch.getChildAt(0)!]).toEqual(texts.slice(begin, end));
      expect(batch.getChildAt(0)!.nullCount).toBe(texts.slice(begin, end).filter((text) => text === null).length);
    }
  });

  it('keeps the rows of a slice, and their nulls', async () => {
    const slice = table(new Int64(), [9n, null, 3n, 4n, null]).slice(1, 5);
    expect((await cast(slice, schemaOf(new Int32()))).values).toEqual([null, 3, 4, null]);
  });

  it('takes columns that could hold nulls and do not, and the other way round', async () => {
    const strict = await cast(table(new Int64(), [1n]), schemaOf(new Int32(), false));
    expect(strict.batch.schema.fields[0]!.nullable).toBe(false);
    const lenient = await cast(table(new Int32(), [1], false), schemaOf(new Int32()));
    expect(lenient.batch.schema.fields[0]!.nullable).toBe(true);
  });

  it.each<[string, DataType, readonly unknown[], DataType, boolean, string]>([
    [
      'of half a second',
      new TimeMillisecond(),
      [500],
      new TimeSecond(),
      true,
      'Expected `time32[s]`, got `500` (t, row 1, column `v`)',
    ],
    [
      'too large',
      new Int64(),
      [1n, 2n ** 31n],
      new Int32(),
      true,
      'Expected `int32`, got `2147483648` (t, row 2, column `v`)',
    ],
    [
      'too fine',
      new Int64(),
      [2n ** 53n + 1n],
      new Float64(),
      true,
      'Expected `float64`, got `9007199254740993` (t, row 1, column `v`)',
    ],
    ['negative', new Int32(), [-1], new Uint64(), true, 'Expected `uint64`, got `-1` (t, row 1, column `v`)'],
    [
      'null',
      new Int32(),
      [1, 2, null],
      new Int32(),
      false,
      'Expected `int32` without nulls, got null (t, row 3, column `v`)',
    ],
  ])('names a value that is %s', async (_, from, given, to, nullable, message) => {
    const result = firstValueFrom(of(table(from, given)).pipe(castTo(schemaOf(to, nullable), { source: 't' })));
    await expect(result).rejects.toThrow(message);
    await expect(result).rejects.toBeInstanceOf(InputError);
  });

  it('refuses microseconds that are no whole milliseconds, counting rows over batches', async () => {
    const whole = table(new TimestampMicrosecond(), [1]);
    const raw = whole.data.children[0]!.values as BigInt64Array;
    const part = table(new TimestampMicrosecond(), [1]);
    (part.data.children[0]!.values as BigInt64Array)[0] = raw[0]! + 1n;
    await expect(
      firstValueFrom(from([whole, part]).pipe(castTo(schemaOf(new TimestampMillisecond())), toArray())),
    ).rejects.toThrow('row 2, column `v`');
  });

  it('passes on the same batch where nothing differs, and what differs in another way', async () => {
    const same = table(new Int32(), [1]);
    expect((await cast(same, schemaOf(new Int32()))).batch).toBe(same);
    const text = table(new Utf8(), ['1']);
    expect(typesOf((await cast(text, schemaOf(new Int32()))).batch)).toEqual(['utf8']);
    const date = table(new DateDay(), [new Date(0)]);
    expect(typesOf((await cast(date, schemaOf(new TimestampMillisecond()))).batch)).toEqual(['date32']);
    const [text0, long0] = [text.data.children[0]!, table(new Int64(), [2n]).data.children[0]!];
    const both = batchOf(fieldsOf(new Utf8(), new Int64()), 1, [text0, long0]);
    expect(typesOf((await cast(both, fieldsOf(new Int32(), new Int32()))).batch)).toEqual(['utf8', 'int32']);
    const other = batchOf(new Schema([new Field('w', new Int64(), true)]), 1, [same.data.children[0]!]);
    expect((await cast(other, schemaOf(new Int32()))).batch).toBe(other);
  });
});
