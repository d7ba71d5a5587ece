import * as arrow from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gather } from '../../src/batches/gather.js';

const item = (type: arrow.DataType) => new arrow.Field('item', type, true);
const point = new arrow.Struct([new arrow.Field('a', new arrow.Int32()), new arrow.Field('b', new arrow.Utf8())]);
const points = [{ a: 1, b: 'one' }, null, { a: 3, b: null }, { a: 4, b: 'four' }, { a: 5, b: '' }];
const lists = [[1, 2], [], null, [3], [4, 5, 6]];
const cases: [arrow.DataType, unknown[]][] = [
  [new arrow.Int32(), [1, null, 3, 4, 5]],
  [new arrow.Int64(), [1n, null, 2n ** 62n, 4n, 5n]],
  [new arrow.Bool(), [true, false, null, true, true]],
  [new arrow.Utf8(), ['a', '', null, 'longer', 'ß']],
  [new arrow.LargeUtf8(), ['a', '', null, 'longer', 'ß']],
  [new arrow.Binary(), [Uint8Array.of(1), null, Uint8Array.of(), Uint8Array.of(2, 3), Uint8Array.of(4)]],
  [
    new arrow.FixedSizeBinary(2),
    [Uint8Array.of(1, 2), null, Uint8Array.of(3, 4), Uint8Array.of(5, 6), Uint8Array.of(7, 8)],
  ],
  [new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), ['a', null, 'b', 'a', 'c']],
  [new arrow.List(item(new arrow.Int32())), lists],
  [new arrow.List(item(new arrow.List(item(new arrow.Int32())))), [[[1], [2, 3]], null, [[]], [null, [4]], [[5]]]],
  [new arrow.FixedSizeList(2, item(new arrow.Float64())), [[1, 2], null, [3, 4], [5, 6], [7, 8]]],
  [point, points],
  [new arrow.List(item(point)), [[points[0]], [], null, [points[2], points[3]], [points[4]]]],
  [new arrow.Null(), [null, null, null, null, null]],
];

const shown = (data: arrow.Data) =>
  JSON.stringify(new arrow.Vector([data]).toJSON(), (_, v) => (typeof v === 'bigint' ? `${v}n` : v));

describe('gather', () => {
  it.each(cases)('takes rows of %s in any order, null for -1, from slices too, through a file', (type, values) => {
    const data = arrow.vectorFromArray(values as never[], type).data[0]!.slice(0, values.length);
    const rows = [4, -1, 0, 0, 3, 2, 1];
    const expected = arrow
      .vectorFromArray(rows.map((r) => values[r] ?? null) as never[], type)
      .data[0]!.slice(0, rows.length);
    const gathered = gather(data, rows);
    expect(shown(gathered)).toBe(shown(expected));
    const sliced = gather(
      data.slice(1, 4),
      rows.map((r) => (r > 0 ? r - 1 : -1)),
    );
    expect(shown(gather(sliced, [0, 5]))).toBe(shown(gather(data, [4, 2])));
    const table = new arrow.Table({ x: new arrow.Vector([gathered]) });
    const again = arrow.tableFromIPC(arrow.tableToIPC(table));
    expect(shown(again.getChild('x')!.data[0]!)).toBe(shown(expected));
  });

  it.each([new arrow.Utf8(), new arrow.LargeUtf8()])('takes %s of any length, whatever is beside them', (type) => {
    const lengths = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(100), { maxLength: 20 }), fc.nat(3), (sizes, picks, from) => {
        const texts = sizes.map((size, i) => String.fromCharCode(97 + i).repeat(size));
        const column = arrow.vectorFromArray([...'xyz', ...texts], type).data[0]!.slice(from, 3 - from + texts.length);
        const rows = picks.map((pick) => (pick % (texts.length + 1)) - 1);
        const expected = rows.map((row) => (row < 0 ? null : texts[row]));
        const placed = rows.map((row) => (row < 0 ? -1 : row + 3 - from));
        expect(new arrow.Vector([gather(column, placed)]).toJSON()).toEqual(expected);
      }),
    );
  });

  it('makes nulls of any type from an empty column', () => {
    for (const [type] of cases) {
      const nulls = gather(arrow.makeData({ type, length: 0 } as never), [-1, -1]);
      expect(new arrow.Vector([nulls]).toJSON()).toEqual([null, null]);
      const table = new arrow.Table({ x: new arrow.Vector([nulls]) });
      expect(arrow.tableFromIPC(arrow.tableToIPC(table)).getChild('x')!.toJSON()).toEqual([null, null]);
    }
  });

  it.each(['dense', 'sparse'])('takes rows of a %s union', (mode) => {
    const fields = [new arrow.Field('i', new arrow.Int32(), true), new arrow.Field('s', new arrow.Utf8(), true)];
    const [i, s] = [
      arrow.vectorFromArray([1, 2, 3, 4], new arrow.Int32()),
      arrow.vectorFromArray(['a', 'b', 'c', 'd']),
    ];
    const type = mode === 'dense' ? new arrow.DenseUnion([0, 1], fields) : new arrow.SparseUnion([0, 1], fields);
    const data = arrow.makeData({
      type,
      length: 4,
      typeIds: Int8Array.of(0, 1, 1, 0),
      ...(mode === 'dense' && { valueOffsets: Int32Array.of(0, 0, 1, 1) }),
      children: [i.data[0]!, arrow.vectorFromArray(['a', 'b', 'c', 'd'], new arrow.Utf8()).data[0]!],
    } as never) as arrow.Data;
    const before = new arrow.Vector([data]).toJSON() as unknown[];
    expect(s.length).toBe(4);
    expect(new arrow.Vector([gather(data, [3, 2, -1, 0])]).toJSON()).toEqual([before[3], before[2], null, before[0]]);
  });
});
