// @ts-check
// The whole pipe as a user runs it, standard input to /dev/null: npm run bench:pipe -- TABLE.csv [--mb 100,1000]
//   [--copies 5] [--model DIR] [--stall SECONDS] [--stages]
// The table is repeated until there are so many megabytes. Without --model a model of the table is trained for 5 epochs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { augment, fromCsv, loadModel, sample, saveModel, toArrow, toCsv, trainVae } from 'rx-augment';
import { filter, firstValueFrom, ignoreElements, lastValueFrom, map } from 'rxjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mb: { type: 'string', default: '100' },
    copies: { type: 'string', default: '5' },
    formats: { type: 'string', default: 'csv,arrow' },
    model: { type: 'string' },
    stall: { type: 'string', default: '0' },
    stages: { type: 'boolean', default: false },
  },
});
const [path] = positionals;
if (path === undefined) throw new TypeError('Expected the path of a CSV file: npm run bench:pipe -- TABLE.csv');
const copies = Number(values.copies);
const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const probe = new URL('./pipe/probe.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'rx-augment-pipe-'));
const text = readFileSync(path);
const bodyStart = text.indexOf(10) + 1;
const body = text.subarray(bodyStart);
const bodyRows = body.reduce((rows, byte) => rows + (byte === 10 ? 1 : 0), 0);

/** @param {number} times */
function* table(times) {
  yield text.subarray(0, bodyStart);
  for (let i = 0; i < times; i += 1)
    for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
}

/**
 * @param {string} model
 * @param {number} megabytes
 * @param {string} format
 */
async function run(model, megabytes, format) {
  const times = Math.max(1, Math.round((megabytes * 1e6) / body.length));
  const report = join(folder, 'report.json');
  const stall = Number(values.stall);
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', probe, cli, 'augment', String(copies), '--model', model, '--format', format, '--quiet'],
    {
      stdio: ['pipe', stall > 0 ? 'pipe' : openSync('/dev/null', 'w'), 'inherit'],
      env: { ...process.env, PIPE_PROBE: report },
    },
  );
  const ended = once(child, 'close');
  // A reader that takes nothing for a while, after it has had the first bytes.
  child.stdout?.once('data', async () => {
    child.stdout?.pause();
    await wait(1000 * stall);
    child.stdout?.resume();
  });
  if (child.stdin === null) throw new Error('Expected a pipe');
  await pipeline(table(times), child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`Expected exit code 0, got ${code}`);
  const seconds = (performance.now() - start) / 1000 - stall;
  const rows = times * bodyRows * (copies + 1);
  const found = JSON.parse(readFileSync(report, 'utf8'));
  console.log(
    [
      format.padEnd(6),
      String(Math.round((times * body.length) / 1e6)).padStart(8),
      String(rows).padStart(12),
      seconds.toFixed(1).padStart(8),
      Math.round(rows / seconds)
        .toString()
        .padStart(9),
      ((times * body.length) / 1e6 / seconds).toFixed(1).padStart(9),
      found.cpuSeconds.toFixed(1).padStart(7),
      found.peakMb.toFixed(0).padStart(8),
      found.delayP99Ms.toFixed(1).padStart(10),
    ].join(' '),
  );
}

/** @param {string} folder */
async function stages(folder) {
  const model = await loadModel(folder);
  const release = model.retain();
  const file = path ?? '';
  /** @type {[string, () => import('rxjs').Observable<unknown>][]} */
  const parts = [
    ['read CSV', () => fromCsv(file)],
    ['+ columns to codes', () => fromCsv(file).pipe(map((batch) => model.codec.encode(batch)))],
    ['+ variants', () => fromCsv(file).pipe(augment(copies, { model }))],
    ['+ write CSV', () => fromCsv(file).pipe(augment(copies, { model }), toCsv('/dev/null'))],
    ['or write Arrow', () => fromCsv(file).pipe(augment(copies, { model }), toArrow('/dev/null'))],
    ['sample alone', () => sample(model, bodyRows * (copies + 1))],
  ];
  console.log('\nstages, within one process, medians of 5: seconds in all, CPU seconds');
  for (const [name, start] of parts) {
    /** @type {[number, number][]} */
    const times = [];
    for (let i = 0; i < 6; i += 1) {
      const begun = performance.now();
      const cpu = process.cpuUsage();
      await lastValueFrom(start().pipe(ignoreElements()), { defaultValue: undefined });
      const { user, system } = process.cpuUsage(cpu);
      if (i > 0) times.push([(performance.now() - begun) / 1000, (user + system) / 1e6]);
    }
    const [seconds, cpu] = times.sort(([a], [b]) => a - b)[2] ?? [0, 0];
    console.log(`${name.padEnd(20)} ${seconds.toFixed(2).padStart(6)} ${cpu.toFixed(2).padStart(6)}`);
  }
  release();
  await model.close();
}

try {
  const model = values.model ?? join(folder, 'model');
  if (values.model === undefined) {
    const trained = fromCsv(path).pipe(
      trainVae({ epochs: 5, seed: 1 }),
      filter((event) => event.kind === 'model'),
    );
    await saveModel((await firstValueFrom(trained)).model, model);
  }
  console.log('format    MB in     rows out  seconds    rows/s   MB in/s   CPU s  peak MB  delay p99 ms');
  for (const megabytes of values.mb.split(',').map(Number))
    for (const format of values.formats.split(',')) await run(model, megabytes, format);
  if (values.stages) await stages(model);
} finally {
  rmSync(folder, { recursive: true });
}
