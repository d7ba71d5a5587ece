// @ts-check
// How long the event loop is held up: npm run bench:event-loop -- TABLE.csv [--epochs 3]
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
let phase = 'reading';
/** @type {Map<string, { most: number, p99: number }>} */
const phases = new Map();
let longest = 0;
let before = performance.now();
let probing = true;
/** Time between turns: what anything else on the loop has to wait. */
function probe() {
  const now = performance.now();
  longest = Math.max(longest, now - before);
  before = now;
  if (probing) setImmediate(probe);
}
/** @param {string} next */
function enter(next) {
  const now = performance.now();
  longest = Math.max(longest, now - before);
  before = now;
  phases.set(phase, { most: longest, p99: histogram.percentile(99) / 1e6 });
  longest = 0;
  histogram.reset();
  phase = next;
}
histogram.enable();
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
console.log('phase                                  longest turn ms   delay p99 ms');
for (const [name, { most, p99 }] of phases) {
  console.log(`${name.padEnd(38)} ${most.toFixed(1).padStart(15)} ${p99.toFixed(1).padStart(14)}`);
}
