import { Bool, Field, Float64, Int32, type RecordBatch, Schema, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { type CodecFitterOptions, createCodecFitter } from '../../src/columns/codec-fitter.js';
import { countCodes } from '../../src/columns/count-codes.js';
import { barImages } from '../operators/images.js';
import { tableFromJSON } from '../operators/rows.js';

const schema = new Schema([
  new Field('place', new Utf8(), true),
  new Field('floor', new Int32(), true),
  new Field('height', new Float64(), true),
  new Field('open', new Bool(), true),
  new Field('kind', new Utf8(), true),
  new Field('time', new TimestampMillisecond(), true),
]);
const rows = Array.from({ length: 200 }, (_, i) => ({
  place: ['oslo', 'rome', 'rome'][i % 3],
  floor: i % 4,
  height: ((i * 37) % 199) / 10,
  open: i % 2 === 0,
  kind: 'shop',
  time: 1e12 + 1000 * Math.floor(i / 2),
}));
const fitted = (batch: RecordBatch, options: CodecFitterOptions = {}) => {
  const fitter = createCodecFitter(batch.schema, options);
  fitter.add(batch);
  return fitter.finish();
};
const known = tableFromJSON(rows, schema);
const cellsOf = (options: CodecFitterOptions, batch: RecordBatch) =>
  Object.fromEntries(countCodes(fitted(known, options), batch).map(({ column, cells }) => [column, [...cells]]));

describe('countCodes', () => {
  it.each(['codes', 'natural'] as const)('counts rows by code, constants too; values: %s', (values) => {
    const cells = cellsOf({ values }, known);
    expect(cells.place).toEqual([133, 67, 0]);
    expect(cells.floor).toEqual([50, 50, 50, 50, 0]);
    expect(cells.open).toEqual([100, 100, 0]);
    expect(cells.kind).toEqual([200, 0]);
    // The outermost five values at each end are beyond the clipped range.
    expect(cells.height).toHaveLength(21);
    expect(cells.height?.at(-1)).toBeLessThan(12);
  });

  it.each(['codes', 'natural'] as const)('counts apart what fitting never saw; values: %s', (values) => {
    const strange = rows
      .slice(0, 100)
      .map((row, i) => (i < 10 ? { place: 'bonn', floor: 9, height: -4, open: null, kind: 'bar', time: 2e12 } : row));
    const cells = cellsOf({ values }, tableFromJSON(strange, schema));
    for (const column of ['place', 'floor', 'open', 'kind']) expect(cells[column]?.at(-1), column).toBe(10);
    expect(cells.height?.at(-1)).toBeGreaterThanOrEqual(10);
    expect(cells.time?.at(-1)).toBeGreaterThanOrEqual(10);
    const nulls = tableFromJSON(
      [{ place: null, floor: null, height: null, open: null, kind: null, time: null }],
      schema,
    );
    expect(Object.values(cellsOf({ values }, nulls)).map((column) => column.at(-1))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('expects as many new values as one row alone held', () => {
    const names = Array.from({ length: 100 }, (_, i) => ({ ...rows[i], place: `p${i < 30 ? i : i % 10}` }));
    const [place] = countCodes(fitted(tableFromJSON(names, schema), { keepRare: ['place'] }), known);
    expect(place).toMatchObject({ column: 'place', foreignExpected: 20 });
    expect(place?.cells.at(-1)).toBe(200);
  });

  it('leaves out images and clocks', () => {
    expect(countCodes(fitted(barImages(50), { values: 'natural' }), barImages(50))).toEqual([]);
    const columns = cellsOf({ copyClocks: true }, known);
    expect(Object.keys(columns)).toEqual(['place', 'floor', 'height', 'open', 'kind']);
    expect(fitted(known, { copyClocks: true }).columns.at(-1)?.reason).toBe('a clock: its values only rise');
  });
});
