// @ts-check
// New records through the privacy gate: those too close to a training record are drawn again. A third of the table is held out.
import { fromCsv, privacyGate, sample, toCsv, trainVae } from 'rx-augment';
import { filter, firstValueFrom, from, lastValueFrom, map, toArray } from 'rxjs';

const [input = 'in.csv', output = 'new.csv'] = process.argv.slice(2);
const batches = await lastValueFrom(fromCsv(input, { batchRows: 100 }).pipe(toArray()));
const holdout = batches.filter((_, i) => i % 3 === 2);
const reference = batches.filter((_, i) => i % 3 !== 2);
const fitted = from(reference).pipe(
  trainVae({ seed: 1 }),
  filter((event) => event.kind === 'model'),
  map(({ model }) => model),
);
const model = await firstValueFrom(fitted);

/** @param {import('rx-augment').GateSummary} summary */
const tell = ({ kept, dropped, redrawn, refused, copies, freshShare }) =>
  console.log(
    `${kept} out, ${dropped} dropped, ${redrawn} drawn anew: refused ${refused}, of them ${copies} copies; ` +
      `of fresh real records ${(100 * freshShare).toFixed(1)} % would be`,
  );
const gate = { reference, holdout, onSummary: tell };
// As an option of `sample` it draws again, as an operator on any records it drops.
await lastValueFrom(sample(model, 1000, { seed: 1, gate }).pipe(toCsv(output)));
await lastValueFrom(sample(model, 1000, { seed: 1 }).pipe(privacyGate(gate), toCsv(`${output}-dropped.csv`)));
await model.close();
