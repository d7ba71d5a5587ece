// @ts-check
// How close sampled records are to a table, as SDMetrics defines it: npm run bench:fidelity -- TABLE.csv [--seeds 1,2,3] [--single-pass]
import { parseArgs } from 'node:util';
import { fidelity, fromCsv, sample, trainVae } from 'rx-augment';
import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    target: { type: 'string' },
    verbose: { type: 'boolean' },
    'single-pass': { type: 'boolean' },
  },
});
const [path] = positionals;
if (path === undefined) throw new TypeError('Expected the path of a CSV file: npm run bench:fidelity -- TABLE.csv');
const real = await lastValueFrom(fromCsv(path).pipe(toArray()));
const rows = real.reduce((sum, { numRows }) => sum + numRows, 0);
console.log(`${path}: ${rows} rows`);
console.log('seed   shape %   trend %   trained in s   sampled rows/s');
/** @type {import('rx-augment').Fidelity[]} */
const scores = [];
for (const seed of values.seeds.split(',').map(Number)) {
  const start = performance.now();
  /** @type {import('rx-augment').TrainVaeOptions} */
  const options = {
    seed,
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values['single-pass'] ? { replay: 'none' } : {}),
  };
  const trained = fromCsv(path).pipe(
    trainVae(options),
    filter((event) => event.kind === 'model'),
  );
  const { model } = await (values['single-pass'] ? lastValueFrom(trained) : firstValueFrom(trained));
  const seconds = (performance.now() - start) / 1000;
  await lastValueFrom(sample(model, 2048, { seed }));
  const begun = performance.now();
  const release = model.retain();
  const synthetic = await lastValueFrom(sample(model, rows, { seed }).pipe(toArray()));
  const rate = (1000 * rows) / (performance.now() - begun);
  release();
  const score = fidelity(
    real,
    synthetic,
    model.codec.spans.map(({ name }) => name),
  );
  scores.push(score);
  console.log(
    `${String(seed).padEnd(6)} ${(100 * score.shapeError).toFixed(2).padStart(7)} ${(100 * score.trendError).toFixed(2).padStart(9)} ${seconds.toFixed(1).padStart(14)} ${Math.round(rate).toString().padStart(16)}`,
  );
  if (values.verbose)
    for (const { column, error } of score.columns) console.log(`       ${column}: ${(100 * error).toFixed(2)} %`);
}
/** @param {(score: import('rx-augment').Fidelity) => number} of */
const mean = (of) => (100 * scores.reduce((sum, score) => sum + of(score), 0)) / scores.length;
console.log(
  `mean   ${mean((s) => s.shapeError)
    .toFixed(2)
    .padStart(7)} ${mean((s) => s.trendError)
    .toFixed(2)
    .padStart(9)}`,
);
