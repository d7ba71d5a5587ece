import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { ModelError, SchemaMismatchError } from '../../src/errors.js';
import { fitted, valuesOf } from '../conformance/describe-column.js';

function batchOf(columns: Record<string, arrow.Vector>): arrow.RecordBatch {
  return new arrow.Table(columns).batches[0]!;
}

const n = 300;
const texts = (textAt: (i: number) => string) =>
  arrow.vectorFromArray(
    Array.from({ length: n }, (_, i) => textAt(i)),
    new arrow.Utf8(),
  );
const numbers = (numberAt: (i: number) => number) =>
  arrow.vectorFromArray(Float64Array.from({ length: n }, (_, i) => numberAt(i)));
const batch = batchOf({
  label: texts((i) => (i % 3 === 0 ? 'yes' : 'no')),
  id: arrow.vectorFromArray(Int32Array.from({ length: n }, (_, i) => i)),
  unit: texts(() => 'mm'),
  size: numbers((i) => Math.sin(i) * 100),
  day: arrow.vectorFromArray(
    Array.from({ length: n }, (_, i) => new Date(864e5 * (i % 70))),
    new arrow.TimestampSecond('UTC'),
  ),
});

describe('codec', () => {
  const codec = fitted([batch], { target: 'label' });

  it('puts the target last, and codes where the spans are', () => {
    expect(codec.columns.map(({ kind }) => kind)).toEqual(['categorical', 'opaque', 'constant', 'numeric', 'datetime']);
    expect(codec.spans.map(({ name }) => name)).toEqual(['size', 'day', 'label']);
    const codes = codec.encode(batch);
    expect(codes).toHaveLength(3 * n);
    expect(Array.from({ length: n }, (_, r) => codes[3 * r + 2])).toEqual(
      Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    );
    expect(fitted([batch]).spans.map(({ name }) => name)).toEqual(['label', 'size', 'day']);
  });

  it('is fitted the same in turns of the event loop, which come while it is', async () => {
    const many = new arrow.Table({
      x: arrow.vectorFromArray(Float64Array.from({ length: 300_000 }, (_, i) => Math.sin(i))),
    });
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns += 1;
      timer = setImmediate(turn);
    });
    const fitter = createCodecFitter(many.schema);
    await fitter.addInTurns(many.batches[0]!);
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(1);
    expect((await fitter.finishInTurns()).toJSON()).toEqual(fitted(many.batches).toJSON());
  });

  it('copies what is not modelled from the given rows, restores constants, leaves the rest null', () => {
    const codes = codec.encode(batch).slice(0, 9);
    const u = new Float32Array(9).fill(0.5);
    const variants = codec.decode(codes, u, { batch, rows: [7, 7, 9] });
    expect(valuesOf(variants, 'id')).toEqual([7, 7, 9]);
    expect(valuesOf(variants, 'unit')).toEqual(['mm', 'mm', 'mm']);
    const samples = codec.decode(codes, u);
    expect(valuesOf(samples, 'id')).toEqual([null, null, null]);
    expect(valuesOf(samples, 'unit')).toEqual(['mm', 'mm', 'mm']);
    expect(valuesOf(samples, 'label')).toEqual(['yes', 'no', 'no']);
    for (const day of valuesOf(samples, 'day') as number[]) expect(day % 864e5).toBe(0);
  });

  it('decodes among the rows that records are beside', () => {
    const holed = (values: unknown[], type: arrow.DataType) =>
      arrow.vectorFromArray(Array.from({ length: n }, (_, i) => values[i % values.length]) as never[], type);
    const mixed = batchOf({
      text: holed(['a', null, 'a much longer text than others', 'ß', 'a'], new arrow.Utf8()),
      large: holed(['b', 'c', 'b', null], new arrow.LargeUtf8()),
      kind: holed(['x', null, 'y'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
      name: texts((i) => `number ${i}`),
      flag: holed([true, null, false, true], new arrow.Bool()),
      size: holed([1.5, null, 2.5], new arrow.Float64()),
      only: texts(() => 'mm'),
    });
    const codec = fitted([mixed], { maxCategories: 3 });
    const codes = codec.encode(mixed.slice(10, 16));
    const u = Float32Array.from(codes, (_, i) => (i + 0.5) / codes.length);
    const copy = { batch: mixed.slice(20, 25), rows: [0, 0, 2, 2, 2, 4] };
    const variants = codec.decode(codes, u, copy);
    const among = codec.decodeAmong(codes, u, copy);
    expect(String(among.schema)).toBe(String(codec.schema));
    for (const { name } of codec.columns) {
      const [records, drawn] = [valuesOf(copy.batch, name), valuesOf(variants, name)];
      const expected = records.flatMap((value, row) => [value, ...drawn.filter((_, i) => copy.rows[i] === row)]);
      expect(valuesOf(among, name)).toEqual(expected);
    }
    const again = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([among])));
    expect(again.toArray().map(String)).toEqual(new arrow.Table([among]).toArray().map(String));
    expect(codec.decodeAmong([], [], { batch: copy.batch, rows: [] }).numRows).toBe(5);
  });

  it('survives an Arrow stream with its schema, and empty batches', () => {
    const codes = codec.encode(batch);
    const decoded = codec.decode(codes, new Float32Array(codes.length).fill(0.5), {
      batch,
      rows: codes.subarray(0, n),
    });
    const again = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([decoded, decoded])));
    expect(again.numRows).toBe(2 * n);
    expect(String(again.schema)).toBe(String(batch.schema));
    expect(codec.encode(again.batches[1]!)).toEqual(codes);
    expect(codec.encode(batch.slice(0, 0))).toHaveLength(0);
    expect(codec.decode([], []).numRows).toBe(0);
  });

  it('restores constants of every kind', () => {
    const constants = {
      text: texts(() => 'a'),
      category: arrow.vectorFromArray(Array(n).fill('b'), new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
      number: numbers(() => 0.25),
      big: arrow.vectorFromArray(Array(n).fill(2n ** 61n + 1n), new arrow.Int64()),
      flag: arrow.vectorFromArray(Array(n).fill(true)),
      nothing: arrow.vectorFromArray(Array(n).fill(null), new arrow.Float64()),
      label: texts((i) => `${i % 2}`),
    };
    const codec = fitted([batchOf(constants)]);
    expect(codec.columns.slice(0, -1).map(({ kind, span }) => [kind, span])).toEqual(
      Array(6).fill(['constant', undefined]),
    );
    const restored = codecFromJson(JSON.parse(JSON.stringify(codec)));
    const row = restored.decode([1], [0.5]).get(0)!.toJSON();
    expect(row).toEqual({
      text: 'a',
      category: 'b',
      number: 0.25,
      big: 2n ** 61n + 1n,
      flag: true,
      nothing: null,
      label: '1',
    });
  });

  it('names what is wrong with the input', () => {
    const empty = batch.slice(0, 0);
    expect(() => fitted([empty])).toThrow(new RangeError('Expected at least 1 row, got 0'));
    expect(() => fitted([batch.slice(0, 1)])).toThrow(
      /Expected at least 1 column to learn from, got `label`, .*: every row holds the same value \(1 row\)$/,
    );
    expect(() => fitted([batch], { target: 'lable' })).toThrow(
      /Expected the target to be one of the columns `label`, .*, got `lable`/,
    );
    expect(() => fitted([batch], { target: 'id' })).toThrow(
      /Expected the target `id` to be a column to learn from.*identifier/,
    );
    expect(() => createCodecFitter(batch.schema, { maxCategories: 1 })).toThrow(RangeError);
    const twice = new arrow.Schema([batch.schema.fields[0]!, batch.schema.fields[0]!]);
    expect(() => createCodecFitter(twice)).toThrow(/`label` twice/);
    const other = batchOf({ label: texts(() => 'a'), size: numbers(() => 1) });
    expect(() => codec.encode(other)).toThrow(SchemaMismatchError);
    expect(() => codec.encode(other)).toThrow(expect.objectContaining({ column: 'id' }));
    expect(() => createCodecFitter(batch.schema).add(other)).toThrow(/column `id` is missing/);
  });

  it('refuses JSON that is not a codec of its schema', () => {
    const json = () => JSON.parse(JSON.stringify(codec));
    const broken = (change: (json: ReturnType<typeof JSON.parse>) => void) => {
      const changed = json();
      change(changed);
      return () => codecFromJson(changed);
    };
    expect(() => codecFromJson(null)).toThrow(ModelError);
    expect(
      broken((j) => {
        j.schema = 'AAAA';
      }),
    ).toThrow(ModelError);
    expect(
      broken((j) => {
        j.columns.pop();
      }),
    ).toThrow(/Expected 5 columns, got 4/);
    expect(
      broken((j) => {
        j.columns[0].name = 'x';
      }),
    ).toThrow(/Expected column `label`, got `x`/);
    expect(
      broken((j) => {
        j.columns[0].kind = 'odd';
      }),
    ).toThrow(/known kind, got `odd`/);
    expect(
      broken((j) => {
        j.columns[3].codes[0].knots.pop();
      }),
    ).toThrow(ModelError);
    expect(
      broken((j) => {
        j.columns[3] = { ...j.columns[0], name: 'size' };
      }),
    ).toThrow(/Expected column `size` to be text, got Float64/);
    expect(
      broken((j) => {
        j.columns[0].levels = [];
      }),
    ).toThrow(/to have distinct levels/);
  });
});
