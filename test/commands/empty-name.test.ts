import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { fromCsv } from '../../src/sources/from-csv.js';
import { createSpool } from '../../src/training/spool.js';
import { collect } from '../sources/fixtures.js';
import { createWorkplace, type Workplace } from './run-cli.js';

/** As pandas writes an index: a column without a name. */
const csv = `,kind\n${Array.from({ length: 60 }, (_, i) => `${(i * 7) % 5},${'abc'[i % 3]}`).join('\n')}\n`;

describe('a column with an empty name', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), csv);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  const namesIn = async (name: string) => (await collect(fromArrow(place.at(name))))[0]!.schema.names;

  it.each(['arrow', 'arrows'])('keeps it from and to .%s through augment, train and sample', async (extension) => {
    const run = async (...args: string[]) => {
      const { code, stderr } = await place.run([...args, '--quiet']);
      expect([code, stderr]).toEqual([0, '']);
    };
    const [first, second, third] = ['first', 'second', 'third'].map((name) => `${name}.${extension}`) as [
      string,
      string,
      string,
    ];
    await run('augment', '1', 'in.csv', '--epochs', '1', '-o', first);
    expect(await namesIn(first)).toEqual(['', 'kind']);
    await run('augment', '1', first, '--epochs', '1', '-o', second);
    expect(await namesIn(second)).toEqual(['', 'kind']);
    await run('train', first, '--epochs', '1', '--model', `model-${extension}`);
    await run('sample', '5', '--model', `model-${extension}`, '-o', third);
    expect(await namesIn(third)).toEqual(['', 'kind']);
    await run('sample', '5', '--model', `model-${extension}`, '-o', `${extension}.csv`);
    expect((await collect(fromCsv(place.at(`${extension}.csv`))))[0]!.schema.names).toEqual(['', 'kind']);
  });

  it('keeps it where batches wait in a temporary file', async () => {
    const [batch] = await collect(fromCsv(place.at('in.csv')));
    const spool = createSpool({ memoryBytes: 0, directory: place.folder });
    await spool.add(batch!);
    await spool.add(batch!);
    const names: unknown[] = [];
    for await (const { schema } of spool.batches()) names.push(schema.names);
    await spool.close();
    expect(names).toEqual([
      ['', 'kind'],
      ['', 'kind'],
    ]);
  });
});
