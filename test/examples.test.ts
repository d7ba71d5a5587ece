import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barImages } from './operators/images.js';
import { postgresPrograms, startPostgres } from './postgres-server.js';

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

  it('service: answers with new records from threads that stay, and ends when told', async () => {
    const folder = out('served');
    await example('../dist/cli.js', 'train', slice, '--model', folder, '--epochs', '1', '--quiet');
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'examples', 'service.mjs'), folder]);
    const ended = once(child, 'exit');
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { port } = JSON.parse(line.slice(line.indexOf('{')));
      const ask = (query: string) => fetch(`http://localhost:${port}/?${query}`);
      const texts = await Promise.all(
        ['rows=3&seed=1', 'rows=3&seed=1', 'rows=3&seed=2'].map(async (query) => (await ask(query)).text()),
      );
      expect(
        texts[0]
          ?.trim()
          .split('\n')
          .map((record) => Object.keys(JSON.parse(record)).length),
      ).toEqual([6, 6, 6]);
      expect(texts[1]).toBe(texts[0]);
      expect(texts[2]).not.toBe(texts[0]);
      const wrong = await ask('rows=-1');
      expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringMatching(/at least 0, got -1/)]);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  it('training-loop, classifier and pretrained: use a saved model', async () => {
    const model = out('model');
    const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');
    await run(process.execPath, [cli, 'train', slice, '--model', model, '--epochs', '2', '--quiet']);
    expect((await example('training-loop.mjs', slice, model)).stdout).toBe('800 augmented rows\n');
    const { stdout: classified } = await example('classifier.mjs', slice, model, 'weather');
    const losses = [...classified.matchAll(/^epoch \d: loss (\d\.\d+)$/gm)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(3);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(classified).toMatch(/\naccuracy on .*slice\.csv: 0\.\d{3}\n$/);
    const { stdout } = await example('pretrained.mjs', model, slice, out('use'));
    expect(stdout).toBe('1000 new rows, 200 rows encoded to 16 dimensions\n');
    const sampled = (await readFile(out('use-sampled.csv'), 'utf8')).trimEnd().split('\n');
    expect(sampled).toHaveLength(1001);
    expect(sampled[0]).toBe('date,precipitation,temp_max,temp_min,wind,weather');
  });

  it('duckdb: a query over files to a table', async () => {
    const { stdout } = await example('duckdb.mjs', slice, out('out.duckdb'), '1');
    const windy = (await readFile(slice, 'utf8')).split('\n').filter((line) => Number(line.split(',')[4]) > 2).length;
    expect(stdout).toBe(`${4 * windy} rows in ${out('out.duckdb')}\n`);
  });

  const programs = postgresPrograms();
  it.skipIf(programs === undefined)('postgres: from table to table (skipped without a server)', async () => {
    const server = await startPostgres(programs as string);
    try {
      await server.query(`CREATE TABLE orders AS SELECT i AS id, i % 7 AS size, now() - i * '1 hour'::interval AS placed
        FROM generate_series(1, 300) AS i`);
      expect((await example('postgres.mjs', server.url, 'orders', '1')).stdout).toBe('1200 rows in orders_augmented\n');
      const lost = 'SELECT * FROM orders EXCEPT SELECT * FROM orders_augmented';
      expect(await server.query(lost)).toEqual([]);
      const types = `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = `;
      const [made, given] = ['orders_augmented', 'orders'].map((table) => server.query(`${types}'${table}'`));
      expect(await made).toEqual(await given);
    } finally {
      await server.stop();
    }
  });

  it("own-network: layers models and functions of one's own", async () => {
    for (const kind of ['layers', 'functions']) {
      const { stdout } = await example('own-network.mjs', slice, kind, out(`${kind}.csv`));
      expect(stdout).toMatch(new RegExp(`^${kind}: loss \\d+\\.\\d+ nats a record, 100 new records\n$`));
      expect((await readFile(out(`${kind}.csv`), 'utf8')).trimEnd().split('\n')).toHaveLength(101);
    }
  });

  it('pca: the error falls with the code to what is left of the variance', async () => {
    const lines = (await readFile(slice, 'utf8')).trimEnd().split('\n');
    await writeFile(out('numbers.csv'), lines.map((line) => line.split(',').slice(1, 5).join(',')).join('\n'));
    const { stdout } = await example('pca.mjs', out('numbers.csv'));
    const errors = [...stdout.matchAll(/^\d +([\d.]+)/gm)].map(([, error]) => Number(error));
    expect(errors).toHaveLength(3);
    expect(errors[0]!).toBeGreaterThan(errors[1]!);
    expect(errors[1]!).toBeGreaterThan(errors[2]!);
  });

  it('sparsity: KL and L1 silence units', async () => {
    const { stdout } = await example('sparsity.mjs', slice);
    const means = [...stdout.matchAll(/^(?:none|kl to 0\.05|l1, 0\.3) +(\d\.\d+)/gm)].map(([, mean]) => Number(mean));
    expect(means).toHaveLength(3);
    expect(means[0]!).toBeGreaterThan(0.3);
    expect(means[1]!).toBeLessThan(0.2);
  });

  it('sensors: tells of drift, and follows it', async () => {
    const { stdout } = await example('sensors.mjs', '12000');
    expect(stdout).toMatch(/^started with 2000 readings\nrow [67]\d{3}: drift, .*\nstarted anew with 2000 readings\n/);
    expect(stdout).toMatch(/vibration \d.*temperature \d.*mode \d/);
    const errors = [...stdout.matchAll(/columns off by ([\d.]+) %/g)].map(([, error]) => Number(error));
    expect(errors).toHaveLength(2);
    expect(errors[0]!).toBeGreaterThan(40);
    expect(errors[1]!).toBeLessThan(6);
  });

  it('digits: images in, images out', async () => {
    const pixels = barImages(200).data.children[0]!.children[0]!.values as Uint8Array;
    const head = Buffer.from([0, 0, 8, 3, 0, 0, 0, 200, 0, 0, 0, 8, 0, 0, 0, 8]);
    await writeFile(out('images.gz'), gzipSync(Buffer.concat([head, pixels])));
    const { stdout } = await example('digits.mjs', out('images.gz'), out('digits.png'), '2');
    expect(stdout).toMatch(/epoch 2: \d+\.\d+ nats\n100 new images/);
    expect(decode(await readFile(out('digits.png')))).toMatchObject({ width: 89, height: 89, channels: 1 });
  });

  it('anomalies: the least likely records', async () => {
    const { stdout } = await example('anomalies.mjs', slice);
    const losses = [...stdout.matchAll(/^row (\d+): (\d+\.\d) nats$/gm)].map(([, , loss]) => Number(loss));
    expect(losses).toHaveLength(10);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  });

  it('watching: tells of fidelity after each epoch, and keeps one', async () => {
    const { stdout } = await example('watching.mjs', data('seattle-weather.csv'), '3');
    const epochs = [...stdout.matchAll(/^epoch \d: loss \d+\.\d\d, shapes off by ([\d.]+) %, trends by ([\d.]+) %$/gm)];
    const errors = epochs.map(([, shape, trend]) => Number(shape) + Number(trend));
    expect(errors).toHaveLength(3);
    // The one with the least errors, as far as their digits tell.
    const kept = Number(stdout.match(/^kept epoch (\d)$/m)?.[1]);
    expect(errors[kept - 1]).toBeLessThanOrEqual(Math.min(...errors) + 0.2);
  });

  it('privacy-gate: as many records as asked for, or those that pass', async () => {
    const { stdout } = await example('privacy-gate.mjs', data('seattle-weather.csv'), out('gated.csv'));
    expect(stdout).toMatch(/^1000 out, 0 dropped, [1-9]\d* drawn anew: .* of fresh real records \d\.\d % would be\n/);
    const dropped = Number(stdout.match(/^\d+ out, (\d+) dropped, 0 drawn anew/m)?.[1]);
    expect(dropped).toBeGreaterThan(0);
    const linesOf = async (file: string) => (await readFile(out(file), 'utf8')).trimEnd().split('\n').length;
    expect([await linesOf('gated.csv'), await linesOf('gated.csv-dropped.csv')]).toEqual([1001, 1001 - dropped]);
  });
});
