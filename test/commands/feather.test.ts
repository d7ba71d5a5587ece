import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Table } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromCsv } from '../../src/sources/from-csv.js';
import { packArrow } from '../pack-arrow.js';
import { collect } from '../sources/fixtures.js';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

describe('rx-augment of compressed Arrow', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), `${orders(300).join('\n')}\n`);
    const [batch] = await collect(fromCsv(place.at('in.csv')));
    await writeFile(place.at('in.feather'), packArrow(new Table([batch!]), 'file'));
    const many = packArrow(new Table(Array.from({ length: 60 }, () => batch!)), 'stream');
    many.fill(0, many.length - 2000, many.length - 1000);
    await writeFile(place.at('damaged.arrows'), many);
    const { code, stderr } = await place.run(['train', 'in.feather', '--model', 'model', '--epochs', '1', '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('reads a Feather file as it reads CSV, by its extension and by its content', async () => {
    const augment = (...args: string[]) => ['augment', '2', ...args, '--model', 'model', '--format', 'csv', '--quiet'];
    const expected = await place.run(augment('in.csv'));
    expect([expected.code, expected.stderr]).toEqual([0, '']);
    expect(expected.stdout.toString().split('\n')).toHaveLength(902);
    const read = await place.run(augment('in.feather'));
    expect([read.code, read.stderr, read.stdout.equals(expected.stdout)]).toEqual([0, '', true]);
    const piped = await place.run(augment(), { input: [await readFile(place.at('in.feather'))] });
    expect([piped.code, piped.stderr, piped.stdout.equals(expected.stdout)]).toEqual([0, '', true]);
  });

  it('says in one line where it is damaged, and leaves no output', async () => {
    const before = readdirSync(place.folder);
    const args = ['augment', '1', 'damaged.arrows', '--model', 'model', '-o', 'out.csv', '--quiet'];
    const { code, stderr } = await place.run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^rx-augment: Expected \d+ bytes unpacked from zstd data, got .* in record batch 60: the data is damaged \(damaged\.arrows\)\n$/,
    );
    expect(readdirSync(place.folder)).toEqual(before);
    expect(await place.temporaryFiles()).toEqual([]);
  });
});
