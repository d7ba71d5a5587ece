// @ts-check
// The whole pipe as a user runs it, standard input to /dev/null: npm run bench:pipe -- TABLE.csv [--mb 100,1000]
//   [--copies 5] [--formats csv,arrow] [--model DIR] [--stall 0,10] [--train] [--numbered] [--stages]
// The table is repeated until there are so many megabytes; --numbered gives each row an identifier of its own. --stall: seconds that
// the reader stops for. --train: an epoch on that many megabytes too, which a training keeps in a temporary file and at most 4.4
// million rows of 15 columns of which it learns from. Without --model a model of the table is trained for 5 epochs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
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
    train: { type: 'boolean', default: false },
    numbered: { type: 'boolean', default: false },
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
  if (values.numbered) {
    yield `record,${text.subarray(0, bodyStart)}`;
    const lines = body.toString().split(/(?<=\n)/);
    for (let i = 0; i < times; i += 1)
      for (let at = 0; at < lines.length; at += 500)
        yield lines
          .slice(at, at + 500)
          .reduce((part, line, row) => `${part}r${i * lines.length + at + row},${line}`, '');
    return;
  }
  yield text.subarray(0, bodyStart);
  for (let i = 0; i < times; i += 1)
    for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
}

/**
 * Runs a command on the repeated table and prints what it took.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {number} megabytes
 * @param {number} rowsOut for each row in
 * @param {number} stall
 */
async function run(name, args, megabytes, rowsOut, stall = 0) {
  const times = Math.max(1, Math.round((megabytes * 1e6) / body.length));
  const report = join(folder, 'report.json');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', probe, cli, ...args, '--quiet'], {
    stdio: ['pipe', stall > 0 ? 'pipe' : openSync('/dev/null', 'w'), 'inherit'],
    env: { ...process.env, PIPE_PROBE: report },
  });
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
  const rows = times * bodyRows * rowsOut;
  const found = JSON.parse(readFileSync(report, 'utf8'));
  console.log(
    [
      name.padEnd(10),
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
    const trained = (values.numbered ? fromCsv(Readable.from(table(1))) : fromCsv(path)).pipe(
      trainVae({ epochs: 5, seed: 1 }),
      filter((event) => event.kind === 'model'),
    );
    await saveModel((await firstValueFrom(trained)).model, model);
  }
  console.log('what          MB in   rows       seconds    rows/s   MB in/s   CPU s  peak MB  delay p99 ms');
  for (const megabytes of values.mb.split(',').map(Number)) {
    for (const format of values.formats.split(',').filter((name) => name !== '')) {
      const args = ['augment', String(copies), '--model', model, '--format', format];
      for (const stall of values.stall.split(',').map(Number))
        await run(stall > 0 ? `${format} ${stall} s` : format, args, megabytes, copies + 1, stall);
    }
    if (values.train)
      await run('train', ['train', '--model', join(folder, 'trained'), '--epochs', '1', '--seed', '1'], megabytes, 1);
  }
  if (values.stages) await stages(model);
} finally {
  rmSync(folder, { recursive: true });
}
