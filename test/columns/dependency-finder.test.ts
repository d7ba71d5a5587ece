import type { RecordBatch } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { createDependencyFinder } from '../../src/columns/dependency-finder.js';
import { fitted } from '../conformance/describe-column.js';
import { shopTable } from './shop-table.js';

async function found(table: RecordBatch, cuts: readonly number[] = []) {
  const finder = createDependencyFinder(fitted([table]));
  const edges = [0, ...cuts, table.numRows];
  for (let i = 1; i < edges.length; i += 1) await finder.add(table.slice(edges[i - 1]!, edges[i]!));
  return finder.finish(new Set());
}

const named = (dependencies: Awaited<ReturnType<typeof found>>) =>
  dependencies.map(({ key, columns }) => `${key}: ${columns.join(' ')}`);

describe('dependency finder', () => {
  it('finds what a key determines, once, and all its values of five rows or more', async () => {
    const table = shopTable(4000);
    const dependencies = await found(table);
    expect(named(dependencies)).toEqual(['shop: zip town region']);
    expect(dependencies[0]!.records).toHaveLength(90);
    // However the rows were divided.
    expect(await found(table, [1, 700, 701])).toEqual(dependencies);
  });

  it('takes a few exceptions for what they are', async () => {
    const some = shopTable(4000, (row) => (row % 500 === 3 ? { town: 'twon', region: 'N' } : {}));
    expect(named(await found(some))).toEqual(['shop: zip town region']);
    const many = shopTable(4000, (row) => (row % 20 === 3 ? { town: `town ${row % 12}` } : {}));
    expect(named(await found(many))).toEqual(['shop: zip region']);
  });

  it('leaves nulls of a key out of account', async () => {
    const table = shopTable(4000, (row) => (row % 5 === 0 ? { shop: null } : {}));
    expect(named(await found(table))).toEqual(['shop: zip', 'zip: town region']);
    const all = shopTable(4000, (row) => (row % 5 === 0 ? { shop: null, zip: null, town: `town ${row % 7}` } : {}));
    expect(named(await found(all))).toEqual(['shop: zip town region']);
  });

  it('finds nothing where chance could have done it', async () => {
    // So few rows that each shop has one or none, each town a few.
    expect(await found(shopTable(60))).toEqual([]);
    // A column of nearly one value follows from any other.
    expect(named(await found(shopTable(4000, (row) => ({ region: row % 400 === 7 ? 'S' : 'N' }))))).toEqual([
      'shop: zip town',
    ]);
  });

  it('leaves out values of a key that few rows have, and the key where they are many', async () => {
    const few = shopTable(4000, (row) => (row < 4 ? { shop: 999_999, zip: 1, town: 'elsewhere' } : {}));
    const [dependency] = await found(few);
    expect(dependency!.columns).toEqual(['zip', 'town', 'region']);
    expect(dependency!.records).toHaveLength(90);
    const many = shopTable(4000, (row) => (row % 4 === 0 ? { shop: 10_000 + row } : {}));
    expect(named(await found(many))).toEqual(['zip: town region']);
  });

  it('has nothing to find where columns are values', async () => {
    const table = shopTable(4000);
    const finder = createDependencyFinder(fitted([table], { values: 'natural' }));
    await finder.add(table);
    expect(finder.finish(new Set())).toEqual([]);
  });
});
