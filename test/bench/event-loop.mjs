// @ts-check
// How long the event loop is held up: npm run bench:event-loop -- TABLE.csv [--epochs 3]
// A turn takes longer than what it computes where other threads and processes have the cores; so beside it, from the same
// seconds, the delays of a process that does nothing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { augment, fromCsv, toCsv, trainVae } from 'rx-augment';
import { last, lastValueFrom, tap } from 'rxjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { epochs: { type: 'string', default: '3' } },
});
const [path] = positionals;
if (path === undefined) throw new TypeError('Expected the path of a CSV file: npm run bench:event-loop -- TABLE.csv');

const histogram = monitorEventLoopDelay({ resolution: 1 });
const idle = fork(new URL('./event-loop/idle.mjs', import.meta.url));
await once(idle, 'message');
/** @typedef {{ most: number, p99: number }} Delays */
/** @type {Map<string, Delays>} */
const idlePhases = new Map();
idle.on('message', (/** @type {Delays & { phase: string }} */ reply) => idlePhases.set(reply.phase, reply));

/** Milliseconds that the main thread has computed so far, where the system tells (Linux). */
const schedule = process.platform === 'linux' ? openSync(`/proc/self/task/${process.pid}/schedstat`, 'r') : undefined;
const line = Buffer.alloc(64);
function computed() {
  if (schedule === undefined) return Number.NaN;
  return Number(line.toString('latin1', 0, readSync(schedule, line, 0, 64, 0)).split(' ')[0]) / 1e6;
}

let phase = 'reading';
/** @type {Map<string, Delays & { work: number, workP99: number }>} */
const phases = new Map();
let longest = 0;
/** What the turns computed that computed for a millisecond or more. @type {number[]} */
let works = [];
let [before, computedBefore] = [performance.now(), computed()];
let probing = true;
/** Time between turns: what anything else on the loop has to wait, and how much of it the thread computed. */
function measure() {
  const [now, computedNow] = [performance.now(), computed()];
  longest = Math.max(longest, now - before);
  if (computedNow - computedBefore >= 1) works.push(computedNow - computedBefore);
  [before, computedBefore] = [now, computedNow];
}
function probe() {
  measure();
  if (probing) setImmediate(probe);
}
/** @param {string} next */
function enter(next) {
  measure();
  works.sort((a, b) => a - b);
  const [work, workP99] = [works.at(-1) ?? 0, works[Math.floor(0.99 * works.length)] ?? 0];
  phases.set(phase, { most: longest, work, workP99, p99: histogram.percentile(99) / 1e6 });
  idle.send(phase);
  longest = 0;
  works = [];
  histogram.reset();
  phase = next;
}
histogram.enable();
idle.send('start');
setImmediate(probe);
let batches = 0;
await lastValueFrom(
  fromCsv(path).pipe(
    tap({
      next() {
        batches += 1;
        if (batches === 1) enter('reading on');
      },
      complete: () => enter('fitting columns, encoding, compiling'),
    }),
    trainVae({ seed: 1, epochs: Number(values.epochs) }),
    tap((event) => {
      if (event.kind === 'step' && event.step === 1) enter('training');
      if (event.kind === 'model') enter('augmenting');
    }),
    augment(5, { seed: 1 }),
    toCsv('/dev/null'),
    last(),
  ),
);
enter('end');
probing = false;
histogram.disable();
await once(idle, 'message');
idle.disconnect();
console.log(
  'milliseconds                          longest turn   most computed    p99   delay p99   of an idle process: longest   p99',
);
for (const [name, { most, work, workP99, p99 }] of phases) {
  const beside = idlePhases.get(name) ?? { most: Number.NaN, p99: Number.NaN };
  const numbers = [most, work, workP99, p99, beside.most, beside.p99];
  const widths = [13, 16, 7, 12, 30, 6];
  console.log(`${name.padEnd(37)}${numbers.map((ms, i) => ms.toFixed(1).padStart(widths[i] ?? 0)).join('')}`);
}
