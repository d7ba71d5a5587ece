import { rm } from 'node:fs/promises';
import { Field, Schema, Utf8, vectorFromArray } from 'apache-arrow';
import { from, lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { toParquet } from '../../src/sinks/to-parquet.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { fromParquet } from '../../src/sources/from-parquet.js';
import { jsonOf, nestedTypes } from '../parquet-table.js';
import { collect } from '../sources/fixtures.js';
import { createWorkplace, type Workplace } from './run-cli.js';

describe('rx-augment of Parquet with nested columns', () => {
  let place: Workplace;
  let real: unknown[][];
  beforeAll(async () => {
    place = await createWorkplace();
    const nested = nestedTypes();
    const fields = [...nested.schema.fields, new Field('colour', new Utf8(), true)];
    const colours = vectorFromArray(['red', 'green', 'red'], new Utf8()).data[0]!;
    const batch = batchOf(new Schema(fields), 3, [...nested.data.children, colours]);
    const batches = Array.from({ length: 20 }, () => batch);
    real = jsonOf(batches);
    await lastValueFrom(from(batches).pipe(toParquet(place.at('in.parquet'))));
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it.each(['out.parquet', 'out.arrow', 'out.csv', 'out.jsonl'])('copies them into %s', async (file) => {
    const args = ['augment', '1', 'in.parquet', '--seed', '1', '--epochs', '1', '-o', file, '--quiet'];
    const { code, stderr } = await place.run(args);
    expect([code, stderr]).toEqual([0, '']);
    if (!/parquet|arrow/.test(file)) return;
    const rows = jsonOf(await collect((file === 'out.arrow' ? fromArrow : fromParquet)(place.at(file))));
    expect(rows).toHaveLength(120);
    expect(rows.filter((_, i) => i % 2 === 0)).toEqual(real);
    // Variants have what is not modelled of their record.
    expect(rows[1]!.slice(0, -1)).toEqual(real[0]!.slice(0, -1));
  });
});
