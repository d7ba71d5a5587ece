import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FixedSizeList, RecordBatch } from 'apache-arrow';
import { filter, firstValueFrom, lastValueFrom, type OperatorFunction, of, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { encode } from '../../src/operators/encode.js';
import { reconstruct } from '../../src/operators/reconstruct.js';
import { sample } from '../../src/operators/sample.js';
import { score } from '../../src/operators/score.js';
import { trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { trainVae } from '../../src/operators/train-vae.js';
import { fromCsv } from '../../src/sources/from-csv.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import type { TrainingEvent } from '../../src/training/training-event.js';
import type { StepEvent } from '../../src/training/training-progress.js';
import { covariance, eigen, largestAngle } from '../bench/models/principal.mjs';
import { chunksOf } from '../sources/fixtures.js';
import { barImages, tensorBatch } from './images.js';
import { smallTable } from './table.js';

const weatherFile = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/seattle-weather.csv');
const open: FittedModel[] = [];

async function eventsOf(batch: RecordBatch, training: OperatorFunction<RecordBatch, TrainingEvent>) {
  return lastValueFrom(of(batch).pipe(training, toArray()));
}

async function fitted(
  batch: RecordBatch,
  training: OperatorFunction<RecordBatch, TrainingEvent>,
): Promise<FittedModel> {
  const event = await firstValueFrom(
    of(batch).pipe(
      training,
      filter((event) => event.kind === 'model'),
    ),
  );
  open.push(event.model);
  return event.model;
}

const numbersOf = (batches: readonly RecordBatch[], name: string): number[] =>
  batches.flatMap((batch) => Array.from(batch.getChild(name)!.toArray() as Float32Array));
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

afterAll(() => Promise.all(open.map((model) => model.close())));

describe('trainAutoencoder', () => {
  it('finds the principal subspace of real values when it is linear', async () => {
    const text = readFileSync(weatherFile, 'utf8');
    const numbers = text
      .split('\n')
      .map((line) => line.split(',').slice(1, 5).join(','))
      .join('\n');
    const weather = await firstValueFrom(fromCsv(chunksOf(Buffer.from(numbers), 65_536), { batchRows: 10_000 }));
    const latent = 2;
    const model = await fitted(weather, trainAutoencoder({ latent, epochs: 100, learningRate: 0.03, validation: 0 }));
    const values = model.codec.encode(weather);
    const { matrix } = covariance(values, 4);
    const { values: variances, vectors } = eigen(matrix);
    const optimum = variances.slice(latent).reduce((sum, value) => sum + value, 0);
    const { reconstruction } = await model.score(values, new Float32Array(0), weather.numRows);
    expect(mean(reconstruction)).toBeGreaterThan(optimum * 0.9999);
    expect(mean(reconstruction)).toBeLessThan(optimum * 1.01);
    const corners = await model.decode(Float32Array.of(0, 0, 1, 0, 0, 1), new Float32Array(0), 3);
    const directions = [1, 2].map((row) => Array.from({ length: 4 }, (_, j) => corners[row * 4 + j]! - corners[j]!));
    expect(largestAngle(directions, vectors.slice(0, latent))).toBeLessThan(2);
  });

  it('tells the mean activation of each unit in every step, and keeps it near the target by KL', async () => {
    const images = barImages(600);
    const options = { latent: 12, filters: [], epochs: 60, batchRows: 64, learningRate: 0.01, validation: 0 };
    const kl = (weight: number) => trainAutoencoder({ ...options, sparsity: { kind: 'kl', target: 0.1, weight } });
    const events = await eventsOf(images, kl(20));
    const steps = events.filter((event): event is StepEvent => event.kind === 'step');
    for (const { sparsity, penalty, loss, reconstruction } of steps) {
      expect(sparsity!.target).toBe(0.1);
      expect(sparsity!.mean).toHaveLength(12);
      // The penalty is that of the activations told: KL(rho || rhoHat), by its definition.
      const expected = mean(
        Array.from(sparsity!.mean, (p) => 12 * 20 * (0.1 * Math.log(0.1 / p) + 0.9 * Math.log(0.9 / (1 - p)))),
      );
      expect(penalty).toBeCloseTo(expected, 1);
      expect(loss).toBeCloseTo(reconstruction + penalty, 2);
    }
    const { model } = events.find((event) => event.kind === 'model')!;
    const { mu } = await model.encode(model.codec.encode(images), images.numRows);
    expect(mean(mu)).toBeGreaterThan(0.07);
    expect(mean(mu)).toBeLessThan(0.13);
    await model.close();
    const free = await fitted(images, kl(0));
    expect(mean((await free.encode(free.codec.encode(images), images.numRows)).mu)).toBeGreaterThan(0.2);
  });

  it('emits the mean activation of the batch that the step took', async () => {
    const images = barImages(64);
    const sparsity = { kind: 'kl', weight: 0 } as const;
    // One batch, and a step size so small that the weights stay what they are.
    const options = { latent: 5, filters: [], epochs: 1, batchRows: 64, learningRate: 1e-9, validation: 0, sparsity };
    const events = await eventsOf(images, trainAutoencoder(options));
    const [step] = events.filter((event): event is StepEvent => event.kind === 'step');
    const { model } = events.find((event) => event.kind === 'model')!;
    const { mu } = await model.encode(model.codec.encode(images), 64);
    step!.sparsity!.mean.forEach((activation, unit) => {
      expect(activation).toBeCloseTo(mean(mu.filter((_, i) => i % 5 === unit)), 5);
    });
    await model.close();
  });

  it('silences more activations the larger lambda of L1 is, and pays with reconstruction', async () => {
    const images = barImages(600);
    const rows = [];
    for (const weight of [0, 0.3, 3]) {
      const sparsity = { kind: 'l1', weight } as const;
      const options = {
        latent: 16,
        filters: [],
        epochs: 60,
        batchRows: 64,
        learningRate: 0.01,
        validation: 0,
        sparsity,
      };
      const model = await fitted(images, trainAutoencoder(options));
      const values = model.codec.encode(images);
      const { mu } = await model.encode(values, images.numRows);
      const { reconstruction } = await model.score(values, new Float32Array(0), images.numRows);
      rows.push({ silent: mu.filter((a) => Math.abs(a) < 0.01).length / mu.length, error: mean(reconstruction) });
    }
    const [none, some, much] = rows;
    expect(some!.silent).toBeGreaterThan(none!.silent + 0.05);
    expect(much!.silent).toBeGreaterThan(some!.silent + 0.05);
    expect(some!.error).toBeGreaterThan(none!.error);
    expect(much!.error).toBeGreaterThan(some!.error + 1);
  });

  it('encodes, reconstructs and scores, and has nothing to draw from', async () => {
    const table = smallTable(500);
    const options = { layers: [32], latent: 3, epochs: 60, learningRate: 0.01 };
    const model = await fitted(table, trainAutoencoder(options));
    const codes = await lastValueFrom(of(table).pipe(encode({ model }), toArray()));
    expect(codes[0]!.schema.names).toEqual(['code_0', 'code_1', 'code_2']);
    const [back] = await lastValueFrom(of(table).pipe(reconstruct({ model }), toArray()));
    expect(back!.schema).toEqual(table.schema);
    const same = Array.from({ length: 500 }, (_, r) => Number(back!.get(r)!.group === table.get(r)!.group));
    expect(mean(same)).toBeGreaterThan(0.95);
    const off = Array.from({ length: 500 }, (_, r) => Math.abs(back!.get(r)!.size - table.get(r)!.size));
    expect(mean(off)).toBeLessThan(1);
    expect(back!.get(7)!.name).toBe('name 7');
    const scores = await lastValueFrom(of(table).pipe(score({ model }), toArray()));
    expect(scores[0]!.schema.names).toEqual(['loss', 'reconstruction']);
    expect(() => augment(1, { model })).toThrow(/variational model .*an autoencoder/);
    expect(() => sample(model, 1)).toThrow(/variational model .*an autoencoder/);
  });
});

describe('trainVae with a factorised decoder', () => {
  let table: RecordBatch;
  let model: FittedModel;
  beforeAll(async () => {
    table = smallTable(600);
    model = await fitted(table, trainVae({ decoder: 'factorised', latent: 3, epochs: 80, learningRate: 0.005 }));
  });

  it('draws records of the schema, within the columns, from the prior and from posteriors', async () => {
    expect(model.training.network).toMatchObject({ kind: 'vae', latent: 3 });
    expect(model.codec.spans.map(({ likelihood }) => likelihood)).toEqual(['categorical', 'gaussian', 'gaussian']);
    const drawn = await lastValueFrom(sample(model, 3000, { seed: 1 }).pipe(toArray()));
    const rows = drawn.flatMap((batch) => batch.toArray().map((row) => row!.toJSON()));
    expect(rows).toHaveLength(3000);
    const share = (group: string) => mean(rows.map((row) => Number(row.group === group)));
    expect(share('a')).toBeCloseTo(0.2, 0);
    expect(Math.abs(share('c') - 0.5)).toBeLessThan(0.12);
    expect(rows.every(({ count }) => Number.isInteger(count) && count >= 0 && count <= 29)).toBe(true);
    // The relation of the columns is kept: c's numbers lie in the twenties.
    const ofC = rows.filter((row) => row.group === 'c').map((row) => row.count as number);
    expect(mean(ofC)).toBeGreaterThan(19);
    const [variants] = await lastValueFrom(of(table).pipe(augment(2, { model, seed: 1, originals: false }), toArray()));
    expect(variants!.schema).toEqual(table.schema);
    expect(variants!.get(0)!.name).toBe('name 0');
    await expect(lastValueFrom(sample(model, 1, { from: 'null' }))).rejects.toThrow(/null state, got a vae/);
  });

  it('gives a model that says it takes no conditions, and no number of copies beyond a million', () => {
    expect(() => sample(model, 3, { where: {} })).toThrow(
      'Expected a model with an autoregressive decoder for conditions, got a factorised one',
    );
    expect(() => augment(1_000_001, { model })).toThrow(
      'Expected the number of copies to be a whole number of at most 1000000, got 1000001',
    );
    expect(() => score({ model, samples: 100_001 })).toThrow(
      new RangeError('Expected samples to be a whole number of at most 100000, got 100001'),
    );
  });

  it('bounds log p(x) from below, the closer the more samples there are', async () => {
    const meanOver = async (samples: number, column: string) => {
      const scored = (seed: number) => lastValueFrom(of(table).pipe(score({ model, samples, seed }), toArray()));
      return mean(
        await Promise.all(Array.from({ length: 40 }, async (_, s) => mean(numbersOf(await scored(s), column)))),
      );
    };
    const elbo = -(await meanOver(1, 'loss'));
    const l5 = await meanOver(5, 'logLikelihood');
    const many = await lastValueFrom(of(table).pipe(score({ model, samples: 200, seed: 2 }), toArray()));
    const l200 = mean(numbersOf(many, 'logLikelihood'));
    expect(l5).toBeGreaterThan(elbo);
    expect(l200).toBeGreaterThan(l5);
    // Against the definition, log(1/k sum_i p(x, z_i) / q(z_i | x)), from the weights themselves.
    const values = model.codec.encode(table);
    const [row, rows] = [17, 4000];
    const one = Float32Array.from(
      { length: rows * model.codec.width },
      (_, i) => values[row * model.codec.width + (i % model.codec.width)]!,
    );
    const noise = Float32Array.from(
      { length: rows * 3 },
      (_, i) => Math.sqrt(-2 * Math.log((((i * 7919) % 9973) + 0.5) / 9973)) * Math.cos(i),
    );
    const { logWeight } = await model.score(one, noise, rows);
    const direct = Math.log(mean(logWeight!.map((weight) => Math.exp(weight))));
    expect(Math.abs(direct - numbersOf(many, 'logLikelihood')[row]!)).toBeLessThan(0.3);
  });

  it('scores unusual records as such, whatever the batches', async () => {
    const strange = smallTable(600);
    const scores = await lastValueFrom(
      of(strange.slice(0, 250), strange.slice(250)).pipe(score({ model, seed: 4 }), toArray()),
    );
    const whole = await lastValueFrom(of(strange).pipe(score({ model, seed: 4 }), toArray()));
    expect(numbersOf(scores, 'loss')).toEqual(numbersOf(whole, 'loss'));
    const counts = strange.data.children[1]!.values as Int32Array;
    const shifted = smallTable(600);
    (shifted.data.children[1]!.values as Int32Array).set(counts.map((count) => 29 - count));
    const odd = await lastValueFrom(of(shifted).pipe(score({ model, seed: 4 }), toArray()));
    expect(mean(numbersOf(odd, 'loss'))).toBeGreaterThan(mean(numbersOf(whole, 'loss')) + 3);
  });
});

describe('images', () => {
  const pixels = (batch: RecordBatch) => batch.data.children[0]!.children[0]!.values as Uint8Array;

  it('train a convolutional VAE, and come out as the same tensor column', async () => {
    const images = barImages(500);
    const options = {
      filters: [8],
      hidden: [16],
      latent: 4,
      epochs: 60,
      batchRows: 50,
      learningRate: 0.005,
      validation: 0,
      seed: 1,
    };
    const model = await fitted(images, trainVae(options));
    expect(model.training.network).toMatchObject({ kind: 'vae', network: { kind: 'convolutional', filters: [8] } });
    const { epochs } = model.training;
    expect(epochs.at(-1)!.training.loss).toBeLessThan(0.6 * epochs[0]!.training.loss);
    const [drawn] = await lastValueFrom(sample(model, 50, { seed: 1 }).pipe(toArray()));
    expect(drawn!.schema).toEqual(images.schema);
    expect((drawn!.schema.fields[0]!.type as FixedSizeList).listSize).toBe(64);
    const [back] = await lastValueFrom(of(images).pipe(reconstruct({ model }), toArray()));
    const off = mean(pixels(back!).map((value, i) => Math.abs(value - pixels(images)[i]!)));
    expect(off).toBeLessThan(12);
  });

  it('are refused before training where they do not fit', async () => {
    const odd = tensorBatch(barImages(1).schema.fields[0]!, new Uint8Array(64 * 30));
    const failing = (training: OperatorFunction<RecordBatch, TrainingEvent>) => lastValueFrom(of(odd).pipe(training));
    await expect(failing(trainVae({ filters: [4, 4, 4, 4] }))).rejects.toThrow(
      /`image` to be multiples of 16 .*got 8 x 8/,
    );
    await expect(failing(trainVae({ latent: 65 }))).rejects.toThrow(/latent to be at most the 64 inputs, got 65/);
  });
});
