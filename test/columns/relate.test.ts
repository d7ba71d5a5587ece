import { describe, expect, it } from 'vitest';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { createDependencyFinder } from '../../src/columns/dependency-finder.js';
import { ModelError } from '../../src/errors.js';
import { fillUniforms, randomKey } from '../../src/random.js';
import { fitted } from '../conformance/describe-column.js';
import { shops, shopTable } from './shop-table.js';

const table = shopTable(4000);
const plain = fitted([table]);
const finder = createDependencyFinder(plain);
await finder.add(table);
const codec = plain.withRelations({ dependencies: finder.finish(new Set()) });
const { width } = codec;

/** Places of so many records, uniform. */
function uniforms(rows: number): Float32Array {
  const places = new Float32Array(rows * width);
  fillUniforms(
    randomKey(3),
    Array.from({ length: rows }, (_, row) => row),
    width,
    places,
  );
  return places;
}

const records = (drawn: Parameters<typeof codec.relate>[0]) =>
  codec
    .decode(drawn.codes, drawn.places)
    .toArray()
    .map((row) => row!.toJSON());
const shopOf = new Map(shops.map((shop) => [shop.shop, shop]));

describe('relate', () => {
  it('gives each key what goes with it, whatever was drawn', () => {
    const places = uniforms(3000);
    const codes = Int32Array.from(places, (place, i) => Math.floor(place * codec.spans[i % width]!.width));
    const rows = records(codec.relate({ codes, places: uniforms(3000) }));
    for (const row of rows) expect(row).toMatchObject(shopOf.get(row.shop)!);
    expect(records({ codes, places: uniforms(3000) }).filter(({ shop }) => !shopOf.has(shop))).toEqual([]);
  });

  it('leaves the codes of records that keep to it, and takes the key that they had', () => {
    const codes = Int32Array.from(codec.encode(table));
    const related = codec.relate({ codes, places: uniforms(table.numRows) });
    expect(related.codes).toEqual(codes);
    const rows = records(related);
    // The ZIP code's bin, the town and the region tell the shops of a bin apart.
    const same = table.toArray().filter((row, i) => row!.toJSON().shop === rows[i]!.shop);
    expect(same.length).toBe(table.numRows);
    expect(codec.relate(related)).toEqual(related);
  });

  it('draws the keys of a code that nothing tells apart in their share', () => {
    const [shop, zip] = ['shop', 'zip'].map((name) => codec.spans.findIndex((span) => span.name === name));
    const loose = plain.withRelations({
      dependencies: codec.dependencies.map(({ key, records }) => ({
        key,
        columns: ['region'],
        records: records.map((record) => [record[0]!, record[3]!]),
      })),
    });
    const rows = 20_000;
    const code = 20;
    const codes = new Int32Array(rows * width);
    const region = codec.spans.findIndex((span) => span.name === 'region');
    for (let row = 0; row < rows; row += 1) {
      codes[row * width + shop!] = code;
      codes[row * width + zip!] = 3;
      codes[row * width + region] = row % 2;
    }
    const drawn = loose.relate({ codes, places: uniforms(rows) });
    const counts = new Map<string, number>();
    for (const row of loose.decode(drawn.codes, drawn.places).toArray()) {
      const { shop: key, region: value } = row!.toJSON();
      counts.set(`${key} ${value}`, (counts.get(`${key} ${value}`) ?? 0) + 1);
    }
    const shopCodes = plain.encode(table);
    const inCode = table
      .toArray()
      .map((row) => row!.toJSON())
      .filter((_, i) => shopCodes[i * width + shop!] === code);
    const keys = [...new Set(inCode.map(({ shop: key }) => key))];
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) expect([...counts.keys()].some((name) => name.startsWith(`${key} `))).toBe(true);
    for (const name of counts.keys())
      expect(name).toBe(
        `${shopOf.get(Number(name.split(' ')[0]))!.shop} ${shopOf.get(Number(name.split(' ')[0]))!.region}`,
      );
  });

  it('takes only what is accepted, and leaves a record without as it is', () => {
    const places = uniforms(500);
    const codes = Int32Array.from(places, (place, i) => Math.floor(place * codec.spans[i % width]!.width));
    const none = codec.relate({ codes, places }, () => false);
    expect(none).toEqual({ codes, places });
    const values = codec.dependencies[0]!.records;
    const even = codec.relate({ codes, places }, (row, _, record) => row % 2 === 0 && values[record]![0]! % 2 === 0);
    expect(even.codes.some((code, i) => code !== codes[i])).toBe(true);
    for (let at = width; at < codes.length; at += 2 * width) {
      expect(even.codes.subarray(at, at + width)).toEqual(codes.subarray(at, at + width));
    }
  });

  it('survives JSON, and refuses what its columns do not have', () => {
    const json = JSON.parse(JSON.stringify(codec));
    const restored = codecFromJson(json);
    expect(restored.dependencies).toEqual(codec.dependencies);
    const coded = { codes: Int32Array.from(codec.encode(table)), places: uniforms(table.numRows) };
    expect(restored.relate(coded)).toEqual(codec.relate(coded));
    const [dependency] = json.dependencies;
    const broken = (change: object) => () => codecFromJson({ ...json, dependencies: [{ ...dependency, ...change }] });
    expect(broken({ key: 'none' })).toThrow(ModelError);
    expect(broken({ records: [[0, 1]] })).toThrow(/dependency of known values of shop, zip, town, region, got 0, 1/);
    expect(broken({ records: [[90, 1, 1, 1]] })).toThrow(ModelError);
    expect(broken({ columns: [] })).toThrow(ModelError);
  });
});
