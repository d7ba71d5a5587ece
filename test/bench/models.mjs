// @ts-check
// What the theory says of each model, on MNIST: npm run bench:models -- MNIST_FOLDER [linear kl l1 vae convolutional labels]
import { join } from 'node:path';
import { Field, Float32, Schema } from 'apache-arrow';
import { augment, fromIdx, sample, score, toPngGrid, trainAutoencoder, trainVae } from 'rx-augment';
import { filter, firstValueFrom, lastValueFrom, of, toArray } from 'rxjs';
import { batchOf } from '../../dist/batches/batch-of.js';
import { buildData } from '../../dist/batches/build-data.js';
import { tensorField } from '../../dist/batches/tensor-field.js';
import { covariance, eigen, largestAngle } from './models/principal.mjs';
import { trainSoftmax } from './models/softmax.mjs';

const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('Expected the folder of the MNIST files: npm run bench:models -- FOLDER');

/** @typedef {import('apache-arrow').RecordBatch} RecordBatch */
/** @typedef {import('rx-augment').FittedModel} FittedModel */

/** @param {string} name @returns {Promise<RecordBatch>} */
async function digits(name) {
  const at = (/** @type {string} */ kind) => join(String(folder), `${name}-${kind}-ubyte.gz`);
  const batches = fromIdx(at('images-idx3'), { labels: at('labels-idx1'), batchRows: 100_000 });
  return firstValueFrom(batches);
}
const [training, testing] = [await digits('train'), await digits('t10k')];
/** @param {RecordBatch} batch */
const pixelsOf = (batch) => /** @type {Uint8Array} */ (batch.data.children[0]?.children[0]?.values);
/** @param {RecordBatch} batch */
const labelsOf = (batch) => /** @type {Uint8Array} */ (batch.data.children[1]?.values);
/** @param {import('apache-arrow').Field} field @param {ArrayBufferView} values @param {number} rows */
function images(field, values, rows) {
  const { valueType, listSize } = /** @type {import('apache-arrow').FixedSizeList} */ (field.type);
  const items = buildData(valueType, { length: rows * listSize, values });
  return batchOf(new Schema([field]), rows, [buildData(field.type, { length: rows, children: [items] })]);
}
const imageField = /** @type {Field} */ (training.schema.fields[0]);
/** @param {RecordBatch} batch */
const imagesOf = (batch) => images(imageField, pixelsOf(batch), batch.numRows);
const [trainingImages, testingImages] = [imagesOf(training), imagesOf(testing)];

/** @param {RecordBatch} batch @param {import('rxjs').OperatorFunction<RecordBatch, import('rx-augment').TrainingEvent>} training */
async function fitted(batch, training) {
  const start = performance.now();
  const models = of(batch).pipe(
    training,
    filter((event) => event.kind === 'model'),
  );
  const { model } = await firstValueFrom(models);
  return { model, seconds: (performance.now() - start) / 1000 };
}
/** @param {ArrayLike<number>} values */
const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The linear autoencoder against principal components: digits averaged to 8 x 8 pixels. */
async function linear() {
  const rows = training.numRows;
  const pixels = pixelsOf(training);
  const small = new Float32Array(rows * 64);
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < 784; i += 1) {
      const place = row * 64 + ((Math.floor(i / 28) + 2) >> 2) * 8 + (((i % 28) + 2) >> 2);
      small[place] = (small[place] ?? 0) + (pixels[row * 784 + i] ?? 0) / 255 / 16;
    }
  }
  const batch = images(tensorField('digit', { shape: [8, 8, 1], valueType: new Float32() }), small, rows);
  const latent = 8;
  const options = /** @type {const} */ ({
    latent,
    likelihood: 'gaussian',
    filters: [],
    epochs: 60,
    learningRate: 0.03,
    validation: 0,
  });
  const { model, seconds } = await fitted(batch, trainAutoencoder(options));
  const { matrix } = covariance(small, 64);
  const { values, vectors } = eigen(matrix);
  const optimum = values.slice(latent).reduce((sum, value) => sum + value, 0);
  const { reconstruction } = await model.score(small, new Float32Array(0), rows);
  const codes = new Float32Array((latent + 1) * latent);
  for (let i = 0; i < latent; i += 1) codes[(i + 1) * latent + i] = 1;
  const decoded = await model.decode(codes, new Float32Array(0), latent + 1);
  const directions = Array.from({ length: latent }, (_, i) =>
    Array.from({ length: 64 }, (_, j) => (decoded[(i + 1) * 64 + j] ?? 0) - (decoded[j] ?? 0)),
  );
  const angle = largestAngle(directions, vectors.slice(0, latent));
  console.log(
    `linear autoencoder, 8 x 8 digits, code ${latent}: error ${mean(reconstruction).toFixed(6)}, ` +
      `optimum of the singular values ${optimum.toFixed(6)} (+${(100 * (mean(reconstruction) / optimum - 1)).toFixed(4)} %), ` +
      `largest principal angle ${angle.toFixed(3)} degrees, ${seconds.toFixed(1)} s`,
  );
  await model.close();
}

/** @param {FittedModel} model */
async function codesOf(model) {
  const values = model.codec.encode(testingImages);
  const { mu } = await model.encode(values, testing.numRows);
  const { reconstruction } = await model.score(values, new Float32Array(0), testing.numRows);
  const units = Array.from({ length: model.latent }, (_, unit) => mean(mu.filter((_, i) => i % model.latent === unit)));
  units.sort((a, b) => a - b);
  return { mu, units, error: mean(reconstruction) };
}

/** Sparsity by KL: what it does to the mean activation of the code's units. */
async function kl() {
  console.log('KL sparsity, target 0.05, 196 sigmoid units, 10 epochs: activations over the test set');
  console.log('weight   mean    least   median  most    reconstruction (nats)');
  for (const weight of [0, 1, 5, 20, 60]) {
    const sparsity = /** @type {const} */ ({ kind: 'kl', target: 0.05, weight });
    const options = { latent: 196, filters: [], sparsity, epochs: 10, learningRate: 0.005, decay: 0.3, validation: 0 };
    const { model } = await fitted(trainingImages, trainAutoencoder(options));
    const { units, error } = await codesOf(model);
    const shown = [mean(units), units[0] ?? 0, units[98] ?? 0, units[195] ?? 0].map((value) =>
      value.toFixed(4).padEnd(7),
    );
    console.log(`${String(weight).padEnd(8)} ${shown.join(' ')} ${error.toFixed(2)}`);
    await model.close();
  }
}

/** Sparsity by L1: the trade-off between silent units and reconstruction. */
async function l1() {
  console.log('L1 sparsity, 64 relu units, 10 epochs: activations over the test set');
  console.log('lambda   below 0.01   reconstruction (nats)');
  for (const weight of [0, 0.03, 0.1, 0.3, 1, 3]) {
    const sparsity = /** @type {const} */ ({ kind: 'l1', weight });
    const options = { latent: 64, filters: [], sparsity, epochs: 10, decay: 0.3, validation: 0 };
    const { model } = await fitted(trainingImages, trainAutoencoder(options));
    const { mu, error } = await codesOf(model);
    const silent = mu.filter((activation) => Math.abs(activation) < 0.01).length / mu.length;
    const bar = '#'.repeat(Math.round(40 * silent));
    console.log(
      `${String(weight).padEnd(8)} ${`${(100 * silent).toFixed(1)} %`.padEnd(12)} ${error.toFixed(2).padEnd(8)} ${bar}`,
    );
    await model.close();
  }
}

/** @param {FittedModel} model */
async function testLoss(model) {
  const scores = await lastValueFrom(of(testingImages).pipe(score({ model }), toArray()));
  return mean(scores.flatMap((batch) => Array.from(batch.getChild('loss')?.toArray() ?? [])));
}

const textbook = /** @type {const} */ ({ filters: [], hidden: [400], latent: 20 });
const tenEpochs = /** @type {const} */ ({ epochs: 10, batchRows: 128, learningRate: 0.001, decay: 0.3, validation: 0 });

/** The VAE of PyTorch's examples: 784-400-20, Adam 1e-3, batch 128, 10 epochs. */
async function vae() {
  const { model, seconds } = await fitted(trainingImages, trainVae({ ...textbook, ...tenEpochs }));
  console.log(
    `VAE 784-400-20, 10 epochs: test loss ${(await testLoss(model)).toFixed(2)} nats an image, ${seconds.toFixed(1)} s`,
  );
  await model.close();
}

/** The VAE of Keras' example: convolutions of 32 and 64 channels, latent of 2. */
async function convolutional() {
  const { model, seconds } = await fitted(trainingImages, trainVae({ latent: 2, ...tenEpochs }));
  const trained = model.training.epochs.at(-1)?.training.loss ?? Number.NaN;
  console.log(
    `convolutional VAE, latent 2, 10 epochs: training loss ${trained.toFixed(2)}, ` +
      `test loss ${(await testLoss(model)).toFixed(2)} nats an image, ${seconds.toFixed(1)} s`,
  );
  await lastValueFrom(sample(model, 100).pipe(toPngGrid('digits.png')));
  console.log('100 new digits: digits.png');
  await model.close();
}

/** A classifier on 50 labelled images a digit, with and without variants from a VAE that saw no labels. */
async function labels() {
  const { model } = await fitted(trainingImages, trainVae({ ...textbook, ...tenEpochs }));
  const copies = 5;
  const unit = (/** @type {Uint8Array} */ pixels) => Float32Array.from(pixels, (pixel) => pixel / 255);
  const test = { values: unit(pixelsOf(testing)), labels: labelsOf(testing), width: 784 };
  console.log('softmax regression on 50 labelled images a digit: accuracy on the test set');
  console.log(`seed   originals   with ${copies} variants each   gain`);
  const gains = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const rows = fewOfEach(labelsOf(training), 50, seed);
    const few = Uint8Array.from({ length: rows.length * 784 }, (_, i) => {
      return pixelsOf(training)[(rows[Math.floor(i / 784)] ?? 0) * 784 + (i % 784)] ?? 0;
    });
    const labels = rows.map((row) => labelsOf(training)[row] ?? 0);
    const variants = of(images(imageField, few, rows.length)).pipe(
      augment(copies, { model, seed, temperature: 2 }),
      toArray(),
    );
    const all = Buffer.concat(
      (await lastValueFrom(variants)).map((batch) => pixelsOf(batch).subarray(0, batch.numRows * 784)),
    );
    // As many updates for both.
    const plain = trainSoftmax({ values: unit(few), labels, width: 784 }, { epochs: 120, seed });
    const repeated = labels.flatMap((label) => Array(copies + 1).fill(label));
    const lifted = trainSoftmax(
      { values: unit(all), labels: repeated, width: 784 },
      { epochs: 120 / (copies + 1), seed },
    );
    const [before, after] = [plain.accuracy(test), lifted.accuracy(test)];
    gains.push(after - before);
    console.log(`${seed}      ${percent(before)}      ${percent(after)}                ${percent(after - before)}`);
  }
  console.log(
    `mean gain ${percent(mean(gains))}, better in ${gains.filter((gain) => gain > 0).length} of ${gains.length}`,
  );
  await model.close();
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(2)} %`;

/** @param {ArrayLike<number>} labels @param {number} count @param {number} seed */
function fewOfEach(labels, count, seed) {
  // A walk through the rows with a stride that is prime to their number.
  const stride = 7919 + 2 * seed;
  const taken = /** @type {Map<number, number[]>} */ (new Map());
  for (let i = 0, row = seed * 101; i < labels.length; i += 1, row = (row + stride) % labels.length) {
    const label = labels[row] ?? 0;
    const rows = taken.get(label) ?? [];
    if (rows.length < count) taken.set(label, [...rows, row]);
  }
  return [...taken.values()].flat();
}

const parts = { linear, kl, l1, vae, convolutional, labels };
for (const [name, run] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await run();
