// @ts-check
// A convolutional VAE on images in the IDX format, such as MNIST as distributed, and new images as a PNG.
import { fromIdx, sample, toPngGrid, trainVae } from 'rx-augment';
import { filter, firstValueFrom, lastValueFrom, tap } from 'rxjs';

const [input = 'train-images-idx3-ubyte.gz', output = 'digits.png', epochs = '10'] = process.argv.slice(2);
const trained = fromIdx(input).pipe(
  trainVae({ latent: 2, epochs: Number(epochs), batchRows: 128, learningRate: 0.001, decay: 0.3, seed: 1 }),
  tap((event) => event.kind === 'epoch' && console.log(`epoch ${event.epoch}: ${event.training.loss.toFixed(2)} nats`)),
  filter((event) => event.kind === 'model'),
);
const { model } = await firstValueFrom(trained);
const { target } = await lastValueFrom(sample(model, 100, { seed: 1 }).pipe(toPngGrid(output)));
console.log(`100 new images: ${target}`);
