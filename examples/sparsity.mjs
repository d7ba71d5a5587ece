// @ts-check
// What sparsity does to the mean activation of each unit, step by step: none, L1 and KL, on a table.
import { fromCsv, trainAutoencoder } from 'rx-augment';
import { filter, firstValueFrom } from 'rxjs';

const [input = 'in.csv'] = process.argv.slice(2);
/** @type {Record<string, import('rx-augment').SparsityOptions>} */
const penalties = {
  none: { kind: 'kl', weight: 0 },
  'kl to 0.05': { kind: 'kl', target: 0.05, weight: 20 },
  'l1, 0.3': { kind: 'l1', weight: 0.3 },
};
console.log('sparsity     mean activation   of each of the 12 units');
for (const [name, sparsity] of Object.entries(penalties)) {
  const trained = fromCsv(input).pipe(
    trainAutoencoder({ latent: 12, sparsity, epochs: 200, learningRate: 0.01, validation: 0, seed: 1 }),
    filter((event) => event.kind === 'model'),
  );
  const { model } = await firstValueFrom(trained);
  const units = [...(model.training.epochs.at(-1)?.sparsity?.mean ?? [])];
  const mean = units.reduce((sum, unit) => sum + unit, 0) / units.length;
  console.log(`${name.padEnd(12)} ${mean.toFixed(3).padEnd(17)} ${units.map((unit) => unit.toFixed(2)).join(' ')}`);
}
