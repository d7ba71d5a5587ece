import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const data = (file: string) => join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data', file);
const example = (name: string, ...args: string[]) =>
  run(process.execPath, [join(import.meta.dirname, '..', 'examples', name), ...args], { maxBuffer: 2 ** 26 });

describe('examples', () => {
  let folder: string;
  let slice: string;
  const out = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rx-augment-examples-'));
    slice = out('slice.csv');
    const lines = (await readFile(data('seattle-weather.csv'), 'utf8')).split('\n');
    await writeFile(slice, `${lines.slice(0, 201).join('\n')}\n`);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('start: augments bird strikes, saves the model and says how close samples are', async () => {
    const { stdout } = await example('start.mjs', '--out', out('start'), '--epochs', '2');
    expect(stdout).toMatch(/Trained on 10000 records/);
    expect(stdout.match(/Wrote 60000 records/g)).toHaveLength(2);
    expect(stdout).toMatch(/columns off by \d+\.\d %/);
    const written = tableFromIPC(await readFile(out('start/augmented.arrow')));
    expect(written.numRows).toBe(60_000);
    const csv = (await readFile(out('start/augmented.csv'), 'utf8')).trimEnd().split('\n');
    const source = (await readFile(data('birdstrikes.csv'), 'utf8')).trimEnd().split(/\r?\n/);
    expect(csv.filter((_, i) => i > 0 && (i - 1) % 6 === 0)).toEqual(source.slice(1));
  });

  it('ten-lines: each record, then its two variants', async () => {
    const child = run('sh', ['-c', `"${process.execPath}" examples/ten-lines.mjs < "${slice}"`]);
    const { stdout, stderr } = await child;
    const lines = stdout.trimEnd().split('\n');
    const source = (await readFile(slice, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(601);
    expect(lines.filter((_, i) => i > 0 && (i - 1) % 3 === 0)).toEqual(source.slice(1));
    expect(stderr.trimEnd().split('\n').length).toBeGreaterThan(3);
  });

  it('etl-pipe: CSV to Arrow', async () => {
    const { stdout } = await example('etl-pipe.mjs', slice, out('etl.arrow'), '2');
    expect(stdout).toMatch(/^800 rows/);
    expect(tableFromIPC(await readFile(out('etl.arrow'))).numRows).toBe(800);
  });

  it('training-loop and pretrained: use a saved model', async () => {
    const model = out('model');
    const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');
    await run(process.execPath, [cli, 'train', slice, '--model', model, '--epochs', '2', '--quiet']);
    expect((await example('training-loop.mjs', slice, model)).stdout).toBe('800 augmented rows\n');
    const { stdout } = await example('pretrained.mjs', model, slice, out('use'));
    expect(stdout).toBe('1000 new rows, 200 rows encoded to 16 dimensions\n');
    const sampled = (await readFile(out('use-sampled.csv'), 'utf8')).trimEnd().split('\n');
    expect(sampled).toHaveLength(1001);
    expect(sampled[0]).toBe('date,precipitation,temp_max,temp_min,wind,weather');
  });
});
