import {
  DateDay,
  Field,
  Float64,
  Int64,
  makeData,
  type RecordBatch,
  Schema,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import type { Codec } from '../../src/columns/codec.js';
import { createCodec } from '../../src/columns/codec.js';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { datePartField, datePartsOf, localDays } from '../../src/columns/date-part.js';
import { ModelError } from '../../src/errors.js';
import { fitted } from '../conformance/describe-column.js';
import { tableFromJSON } from '../operators/rows.js';
import { uniformRows } from '../uniform-rows.js';

const rows = 3000;
const DAY = 86_400;
const u = uniformRows(5, rows, 4);

/** Working hours: Monday to Friday from nine to five, on whole minutes; seconds since 1970. */
function workingTime(row: number): number {
  const weeks = Math.floor(100 * u(row, 0));
  const day = 18_994 + 7 * weeks + Math.floor(5 * u(row, 1));
  return day * DAY + 9 * 3600 + 60 * Math.floor(8 * 60 * u(row, 2));
}

function tableOf(type: TimestampSecond | TimestampMillisecond | TimestampNanosecond, perSecond: bigint): RecordBatch {
  const length = rows;
  const data = BigInt64Array.from({ length }, (_, row) => BigInt(workingTime(row)) * perSecond);
  const schema = new Schema([new Field('when', type, true), new Field('amount', new Float64(), true)]);
  return batchOf(schema, length, [
    makeData({ type, length, data }),
    makeData({ type: new Float64(), length, data: Float64Array.from(data, (_, row) => u(row, 3)) }),
  ]);
}

const seconds = tableOf(new TimestampSecond(), 1n);
const fittedWith = (table: RecordBatch, options: object = {}) => fitted([table], { dateParts: true, ...options });
const named = ({ parts }: Codec) => parts.map(({ column, part }) => `${part} of ${column}`);
const momentsOf = (batch: RecordBatch) =>
  Array.from(batch.getChild('when')!.data[0]!.values as BigInt64Array, Number).slice(0, batch.numRows);

function placesOf({ width }: Codec, count: number): Float32Array {
  const place = uniformRows(6, count, width);
  return Float32Array.from({ length: count * width }, (_, i) => place(Math.floor(i / width), i % width));
}

/** What the codec makes of the codes of a table, with other draws within codes. */
function decoded(codec: Codec, table: RecordBatch, wanted?: (value: unknown) => boolean): RecordBatch {
  const codes = codec.encode(table);
  const places = placesOf(codec, table.numRows);
  return codec.decode(codes, places, undefined, wanted && { wanted: new Map([['when', wanted]]) });
}

describe('parts of dates', () => {
  it('are left out where few rows share one', () => {
    const type = new DateDay();
    for (const count of [2, 5, 20, 30, 60]) {
      const days = makeData({
        type,
        length: count,
        data: Int32Array.from({ length: count }, (_, row) => 1 + 9000 * u(row, 0)),
      });
      const other = makeData({
        type: new Float64(),
        length: count,
        data: Float64Array.from({ length: count }, (_, row) => u(row, 1)),
      });
      const schema = new Schema([new Field('born', type, true), new Field('x', new Float64(), true)]);
      const table = batchOf(schema, count, [days, other]);
      const made = decoded(fittedWith(table), table);
      expect(made.numRows).toBe(count);
      if (count < 60) expect(fittedWith(table).parts.map(({ part }) => part)).not.toContain('weekday');
    }
  });

  it('are weekdays of short tables only where some are more frequent', () => {
    const type = new DateDay();
    const dated = (count: number, dayOf: (row: number) => number) => {
      const days = makeData({ type, length: count, data: Int32Array.from({ length: count }, (_, row) => dayOf(row)) });
      return named(fittedWith(batchOf(new Schema([new Field('day', type, true)]), count, [days])));
    };
    expect(dated(1500, (row) => 18_993 + ((row * 7919) % 1500))).toEqual(['month of day']);
    expect(dated(1500, (row) => 18_993 + 7 * ((row * 7919) % 200) + Math.floor(7 * u(row, 0) ** 1.5))).toEqual([
      'month of day',
      'weekday of day',
    ]);
    expect(dated(2000, (row) => 18_993 + ((row * 7919) % 2000))).toEqual(['month of day', 'weekday of day']);
  });

  it('are modelled beside moments whose bins do not tell them, behind the other columns but before the target', () => {
    const codec = fittedWith(seconds);
    expect(named(codec)).toEqual(['weekday of when', 'time of when']);
    expect(codec.spans.map(({ name }) => name)).toEqual(['when', 'amount', 'when (weekday)', 'when (time of day)']);
    expect(codec.width).toBe(4);
    expect(fittedWith(seconds, { target: 'amount' }).spans.at(-1)!.name).toBe('amount');
    expect(named(fitted([seconds]))).toEqual([]);
    for (const options of [{ target: 'when' }, { conditions: ['when'] }, { values: 'natural' }]) {
      expect(named(fittedWith(seconds, options))).toEqual([]);
    }
    // 200 years, of which no bin is as short as a month.
    const type = new DateDay();
    const births = makeData({
      type,
      length: rows,
      data: Int32Array.from({ length: rows }, (_, r) => 73_000 * u(r, 0)),
    });
    const table = batchOf(new Schema([new Field('born', type, true)]), rows, [births]);
    expect(named(fittedWith(table))).toEqual(['month of born', 'weekday of born']);
  });

  it('are not where bins tell them: all on one day', () => {
    const type = new TimestampSecond();
    const data = BigInt64Array.from({ length: rows }, (_, row) => BigInt(Math.floor(DAY * u(row, 0))));
    const schema = new Schema([new Field('when', type, true)]);
    expect(named(fittedWith(batchOf(schema, rows, [makeData({ type, length: rows, data })])))).toEqual([]);
  });

  it('leave a column out whose part has the name of another', () => {
    const data = makeData({ type: new Int64(), length: rows, data: BigInt64Array.from(momentsOf(seconds), () => 0n) });
    const schema = new Schema([...seconds.schema.fields, new Field('when (weekday)', new Int64(), true)]);
    const table = batchOf(schema, rows, [...seconds.data.children, data]);
    expect(named(fittedWith(table))).toEqual(['time of when']);
  });

  it.each([
    ['seconds', seconds, 1],
    ['milliseconds', tableOf(new TimestampMillisecond(), 1000n), 1e3],
    ['nanoseconds', tableOf(new TimestampNanosecond(), 1_000_000_000n), 1e9],
  ])('come back: %s keep weekday and working hours, on the grid and in range', (_, table, perSecond) => {
    const codec = fittedWith(table);
    const [real, made] = [momentsOf(table), momentsOf(decoded(codec, table))].map((moments) =>
      moments.map((moment) => moment / perSecond),
    ) as [number[], number[]];
    const [low, high] = [Math.min(...real), Math.max(...real)];
    const hourOf = (moment: number) => (moment % DAY) / 3600;
    expect(made.every((moment) => moment >= low && moment <= high && moment % 60 === 0)).toBe(true);
    expect(made.every((moment) => hourOf(moment) >= 9 && hourOf(moment) < 17)).toBe(true);
    const sameWeekday = made.filter((moment, r) => Math.floor(moment / DAY) % 7 === Math.floor(real[r]! / DAY) % 7);
    expect(sameWeekday.length).toBeGreaterThan(0.99 * rows);
    const sameHour = made.filter((moment, r) => Math.abs(hourOf(moment) - hourOf(real[r]!)) < 0.5);
    expect(sameHour.length).toBeGreaterThan(0.99 * rows);
    // Without parts a third of the day and five days of seven are hit by chance.
    const plain = momentsOf(decoded(fitted([table]), table)).map((moment) => moment / perSecond);
    expect(plain.filter((moment) => hourOf(moment) >= 9 && hourOf(moment) < 17).length).toBeLessThan(0.5 * rows);
  });

  it('are of the zone that a column has', () => {
    const { dayOf, timeOf, at } = localDays({ day: DAY, zone: 2 * 3600 });
    expect([dayOf(-1), timeOf(-1), dayOf(22 * 3600), timeOf(22 * 3600)]).toEqual([0, 7199, 1, 0]);
    expect(at(1, 0)).toBe(22 * 3600);
    const type = new TimestampSecond('+02:00');
    const data = makeData({ type, length: 2, data: BigInt64Array.of(-1n, 79_200n), nullBitmap: Uint8Array.of(0b01) });
    const values = (part: 'month' | 'weekday' | 'time') => [...datePartsOf(data, [part])[0]!.values].map(Number);
    expect([values('weekday')[0], values('time')[0], values('month')[0]]).toEqual([0, 7199, 1]);
    expect(datePartsOf(data, ['time'])[0]!.nullCount).toBe(1);
    expect(datePartField(new Field('x', new Utf8()), 'time').name).toBe('x (time of day)');
    expect(() => datePartsOf(makeData({ type: new Float64(), length: 1, data: Float64Array.of(1) }), ['time'])).toThrow(
      /Expected dates or moments/,
    );
  });

  it('choose among the days of dates, and leave nulls where they are', () => {
    const type = new DateDay();
    const isNull = (row: number) => row % 10 === 0;
    // Saturdays and Sundays are rare, not absent.
    const dayOf = (row: number) => {
      const day = 18_993 + Math.floor(700 * u(row, 0));
      return [2, 3].includes(day % 7) && u(row, 1) < 0.9 ? day + 3 : day;
    };
    const table = tableFromJSON(
      Array.from({ length: rows }, (_, row) => ({ day: isNull(row) ? null : new Date(864e5 * dayOf(row)) })),
      new Schema([new Field('day', type, true)]),
    );
    const made = decoded(fittedWith(table), table).getChild('day')!;
    const nulls = Array.from({ length: rows }, (_, row) => row).filter((row) => made.get(row) === null);
    expect(nulls).toEqual(Array.from({ length: rows / 10 }, (_, i) => 10 * i));
    const days = Array.from({ length: rows }, (_, row) => row).filter((row) => !isNull(row));
    const same = days.filter((row) => (Number(made.get(row)) / 864e5) % 7 === dayOf(row) % 7);
    expect(same.length).toBeGreaterThan(0.95 * days.length);
  });

  it('do not lead away from what is wanted', () => {
    const codec = fittedWith(seconds);
    const [from, to] = [18_994 * DAY * 1000, 19_100 * DAY * 1000];
    const wanted = (value: unknown) => Number(value) >= from && Number(value) < to && Number(value) % 3 === 0;
    const plain = decoded(fitted([seconds]), seconds);
    const made = [...decoded(codec, seconds, wanted).getChild('when')!];
    const strayed = made.filter((value, row) => !wanted(value) && value !== plain.getChild('when')!.get(row));
    expect(strayed).toEqual([]);
    expect(made.some(wanted)).toBe(true);
    const asDrawn = decoded(codec, seconds, () => false);
    expect(momentsOf(asDrawn)).toEqual(momentsOf(decodedPlain(codec)));
  });

  it('are not put together in columns whose values others go with', () => {
    const batchOfRow = (row: number) => Math.floor(60 * u(row, 0));
    const schema = new Schema([new Field('batch', new Utf8(), true), new Field('when', new TimestampSecond(), true)]);
    const table = tableFromJSON(
      Array.from({ length: rows }, (_, row) => ({
        batch: `batch ${batchOfRow(row)}`,
        when: workingTime(batchOfRow(row)) * 1000,
      })),
      schema,
    );
    const codec = fittedWith(table);
    expect(named(codec)).toContain('time of when');
    const [batches, moments] = codec.columns.map((column, i) => [
      ...column.exactValues!()!.find(table.data.children[i]!),
    ]) as [number[], number[]];
    const records = [...new Map(batches.map((value, row) => [value, [value, moments[row]!]])).values()];
    expect(records).toHaveLength(60);
    const related = codec.withRelations({ dependencies: [{ key: 'batch', columns: ['when'], records }] });
    const codes = related.encode(table);
    const drawn = related.relate({ codes: Int32Array.from(codes), places: new Float32Array(codes.length).fill(0.5) });
    // The parts drawn say otherwise.
    const time = codec.spans.findIndex(({ name }) => name === 'when (time of day)');
    for (let at = time; at < codes.length; at += codec.width) drawn.codes[at] = 0;
    const sold = (of: Codec) => momentsOf(of.decode(drawn.codes, drawn.places));
    expect(new Set(sold(related)).size).toBe(60);
    expect(sold(codec)).not.toEqual(sold(related));
    expect(sold(related)).toEqual(momentsOf(table));
  });

  it('are saved with the columns', () => {
    const codec = fittedWith(seconds);
    const json = JSON.parse(JSON.stringify(codec));
    const restored = codecFromJson(json);
    expect(named(restored)).toEqual(named(codec));
    expect(momentsOf(decoded(restored, seconds))).toEqual(momentsOf(decoded(codec, seconds)));
    json.parts[0].column = 'amount';
    expect(() => codecFromJson(json)).toThrow(ModelError);
    expect(() =>
      createCodec(codec.schema, codec.columns, { ...order, parts: [{ ...codec.parts[0]!, column: 'amount' }] }),
    ).toThrow('Expected parts of dates, got some of `amount`');
  });

  it('are the same however rows are divided into batches', () => {
    const fitter = createCodecFitter(seconds.schema, { dateParts: true });
    for (let from = 0; from < rows; from += 777) fitter.add(seconds.slice(from, Math.min(rows, from + 777)));
    expect(JSON.stringify(fitter.finish())).toBe(JSON.stringify(fittedWith(seconds)));
  });
});

const order = { target: undefined, conditions: [], storage: 'codes' } as const;

/** The same draws without parts. */
function decodedPlain(codec: Codec): RecordBatch {
  const codes = codec.encode(seconds);
  const places = placesOf(codec, rows);
  const [when] = codec.columns;
  const data = when!.decode({ codes, uniforms: places, offset: 0, stride: codec.width, rows });
  return batchOf(new Schema([seconds.schema.fields[0]!]), rows, [data]);
}
