// @ts-check
// Your own encoder and decoder, as TensorFlow.js layers or functions, compiled and trained like any other.
import { fromCsv, sample, toCsv, trainVae } from 'rx-augment';
import { filter, firstValueFrom, lastValueFrom } from 'rxjs';

const [input = 'in.csv', kind = 'layers', output = 'new.csv'] = process.argv.slice(2);
const module = new URL(`./networks/${kind}.mjs`, import.meta.url);
const network = { module, factory: kind, config: { seed: 1 } };
const trained = fromCsv(input).pipe(
  trainVae({ network, latent: 4, seed: 1 }),
  filter((event) => event.kind === 'model'),
);
const { model } = await firstValueFrom(trained);
const last = model.training.epochs.at(-1);
const { rows } = await lastValueFrom(sample(model, 100, { seed: 1 }).pipe(toCsv(output)));
console.log(`${kind}: loss ${last?.training.loss.toFixed(3)} nats a record, ${rows} new records`);
