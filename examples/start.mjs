// @ts-check
// The main job on a real file, as `npm start` runs it: train while bird strikes stream by, write every record with five
// variants as CSV and as Arrow, then sample new records and say how close they are to the real ones.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { augment, fidelity, fromCsv, sample, saveModel, toArrow, toCsv, trainVae } from 'rx-augment';
import { connect, lastValueFrom, merge, tap, toArray } from 'rxjs';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'out' }, rows: { type: 'string' }, epochs: { type: 'string' } },
});
const path = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/birdstrikes.csv');
await mkdir(values.out, { recursive: true });

/** @type {import('rx-augment').FittedModel | undefined} */
let model;
const begun = performance.now();
const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;

console.log(`Training on ${path}`);
const written = await lastValueFrom(
  fromCsv(path).pipe(
    trainVae({ seed: 1, ...(values.epochs === undefined ? {} : { epochs: Number(values.epochs) }) }),
    tap((event) => {
      if (event.kind === 'epoch' && (event.epoch === 1 || event.epoch % 10 === 0)) {
        const { training, validation } = event;
        console.log(
          `  epoch ${event.epoch}: loss ${training.loss.toFixed(2)}, held out ${validation?.loss.toFixed(2)} (${seconds()})`,
        );
      }
      if (event.kind === 'model') {
        model = event.model;
        for (const { name, reason } of model.codec.columns)
          if (reason !== undefined) console.log(`  not modelled: ${name}, ${reason}`);
        console.log(`Trained on ${model.training.rows} records in ${seconds()}`);
      }
    }),
    augment(5, { seed: 1 }),
    connect((batches) =>
      merge(
        batches.pipe(toCsv(join(values.out, 'augmented.csv'))),
        batches.pipe(toArrow(join(values.out, 'augmented.arrow'))),
      ),
    ),
    toArray(),
  ),
);
for (const { rows, bytes, target } of written)
  console.log(`Wrote ${rows} records, ${(bytes / 1e6).toFixed(1)} MB: ${target}`);
if (model === undefined) throw new Error('Expected training to give a model');
await saveModel(model, join(values.out, 'model'));

const real = await lastValueFrom(fromCsv(path).pipe(toArray()));
const synthetic = await lastValueFrom(sample(model, model.training.rows, { seed: 1 }).pipe(toArray()));
const modelled = model.codec.columns.filter(({ span }) => span !== undefined).map(({ name }) => name);
const { shapeError, trendError, columns } = fidelity(real, synthetic, modelled);
const [worst] = [...columns].sort((a, b) => b.error - a.error);
console.log(`Sampled ${model.training.rows} new records; 0 % would be no difference to the real ones:`);
console.log(
  `  columns off by ${(100 * shapeError).toFixed(1)} % (worst: ${worst?.column}, ${(100 * (worst?.error ?? 0)).toFixed(1)} %), pairs of columns by ${(100 * trendError).toFixed(1)} %`,
);
console.log(
  `Done in ${seconds()}. The model is in ${join(values.out, 'model')}: npx rx-augment inspect ${join(values.out, 'model')}`,
);
