// @ts-check
// A linear autoencoder is principal component analysis: its error against what is left of the variance.
import { fromCsv, trainAutoencoder } from 'rx-augment';
import { filter, firstValueFrom } from 'rxjs';

const [input = 'numbers.csv'] = process.argv.slice(2);
console.log('code   reconstruction error (standardised, squared)');
for (const latent of [1, 2, 3]) {
  const trained = fromCsv(input).pipe(
    trainAutoencoder({ latent, epochs: 100, learningRate: 0.03, validation: 0 }),
    filter((event) => event.kind === 'model'),
  );
  const { model } = await firstValueFrom(trained);
  const error = model.training.epochs.at(-1)?.training.reconstruction ?? Number.NaN;
  console.log(`${latent}      ${error.toFixed(4)} ${'#'.repeat(Math.round(20 * error))}`);
}
