import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tensors } from '../../src/models/model.js';
import { initialParameters, parameterLayout } from '../../src/models/parameters.js';
import type { Span } from '../../src/models/span.js';
import { tableVae } from '../../src/models/table-vae.js';
import { randomKey } from '../../src/random.js';
import { mixedSpans, tableCase, tableCases, weightsFor } from '../engine/cases.js';
import { readyTensorflow } from './golden.js';
import { parametersOf, plainTableVae, uniforms } from './reference.js';

beforeAll(readyTensorflow);

const config = {
  spans: [
    { name: 'a', likelihood: 'categorical', width: 3 },
    { name: 'b', likelihood: 'categorical', width: 4, scores: [-1.2, -0.3, 0.4, 0] },
    { name: 'c', likelihood: 'categorical', width: 2 },
  ] as readonly Span[],
  hidden: 6,
  latent: 2,
};
const of = tableCase('table VAE', config);
const weights = weightsFor(of, 5).map((w) => 2 * w);
const plain = plainTableVae(config, parametersOf(of.model.parameters, weights));
const parameters = tensorsOf(of, weights);

function tensorsOf({ model }: typeof of, flat: Float32Array): Tensors {
  const layout = parameterLayout(model.parameters);
  return Object.fromEntries(
    layout.map(({ name, shape, offset, size }) => [name, tf.tensor(flat.slice(offset, offset + size), [...shape])]),
  );
}

/** The probability of every record when the decoder starts from a state. */
function distribution(state: readonly number[], codes: number[] = []): Map<string, number> {
  const j = codes.length;
  if (j === config.spans.length) return new Map([[codes.join(), 1]]);
  const all = plain.probabilities(state, j).flatMap((p, code) => {
    const rest = distribution(plain.next(state, j, code), [...codes, code]);
    return [...rest].map(([record, q]) => [record, p * q] as const);
  });
  return new Map(all);
}

/** Pearson's statistic of the records drawn. */
function chiSquare(codes: ArrayLike<number>, expected: ReadonlyMap<string, number>): number {
  const rows = codes.length / 3;
  const counts = new Map<string, number>();
  for (let r = 0; r < rows; r += 1) {
    const record = [0, 1, 2].map((j) => codes[3 * r + j]).join();
    counts.set(record, (counts.get(record) ?? 0) + 1);
  }
  for (const record of counts.keys()) expect(expected.has(record)).toBe(true);
  return [...expected].reduce((sum, [record, p]) => sum + ((counts.get(record) ?? 0) - rows * p) ** 2 / (rows * p), 0);
}

describe('tableVae', () => {
  const rows = 20_000;
  const draws = tf.tensor2d(uniforms(6, 3 * rows), [rows, 3]);
  /** 24 records have 23 degrees of freedom: beyond 66 lies one case in 200,000. */
  const limit = 66;

  it('draws records from the null state as the chain of its softmaxes has them', () => {
    const { codes } = of.model.graphs.sampler!.run(parameters, { uniforms: draws });
    const expected = distribution(plain.nullState);
    expect(expected.size).toBe(24);
    const drawn = codes!.dataSync();
    expect(chiSquare(drawn, expected)).toBeLessThan(limit);
    // The test would notice columns that did not depend on each other.
    const apart = drawn.map((code, i) => (i % 3 === 1 ? drawn[(i + 3) % drawn.length]! : code));
    expect(chiSquare(apart, expected)).toBeGreaterThan(3 * limit);
  });

  it('draws records from a latent likewise', () => {
    const z = [0.7, -1.1];
    const latent = tf.tile(tf.tensor2d([z]), [rows, 1]);
    const { codes } = of.model.graphs.decoder!.run(parameters, { latent, uniforms: draws });
    const drawn = codes!.dataSync();
    expect(chiSquare(drawn, distribution(plain.stateOf(z)))).toBeLessThan(limit);
    expect(chiSquare(drawn, distribution(plain.nullState))).toBeGreaterThan(3 * limit);
  });

  it('picks the first code for uniforms near 0 and the last near 1, never one beyond', () => {
    const ends = tf.tensor2d([0, 0, 0, 1, 1, 1, 1 - 2 ** -24, 1 - 2 ** -24, 1 - 2 ** -24], [3, 3]);
    const { codes } = of.model.graphs.sampler!.run(parameters, { uniforms: ends });
    expect([...codes!.dataSync()]).toEqual([0, 0, 0, 2, 3, 1, 2, 3, 1]);
  });

  it('draws the only code of a column that has one', () => {
    const one = { ...config, spans: [{ name: 'only', likelihood: 'categorical', width: 1 } as Span, ...config.spans] };
    const ofOne = tableCase('one code', one);
    const { codes } = ofOne.model.graphs.sampler!.run(tensorsOf(ofOne, weightsFor(ofOne, 5)), {
      uniforms: tf.tensor2d(uniforms(8, 400), [100, 4]),
    });
    expect([...codes!.dataSync()].filter((_, i) => i % 4 === 0)).toEqual(Array.from({ length: 100 }, () => 0));
  });

  it('encodes by rows: means and log-variances', () => {
    const records = [
      [0, 1, 1],
      [2, 3, 0],
      [1, 0, 1],
    ];
    const { mu, logVar } = of.model.graphs.encoder!.run(parameters, { codes: tf.tensor2d(records, [3, 3], 'int32') });
    const expected = records.map((codes) => plain.encode(codes));
    const close = (actual: tf.Tensor, wanted: readonly number[]) =>
      actual.dataSync().forEach((v, i) => {
        expect(v).toBeCloseTo(wanted[i]!, 4);
      });
    close(
      mu!,
      expected.flatMap((e) => e.mu),
    );
    close(
      logVar!,
      expected.flatMap((e) => e.logVar),
    );
  });

  it.each([1, 2, 3])('takes the latent path for the first half of %i rows', (n) => {
    const inputs = of.inputs(n, 7);
    const fed = {
      codes: tf.tensor2d(inputs.codes!, [n, 3], 'int32'),
      noise: tf.tensor2d(inputs.noise!, [n, 2]),
      weights: tf.tensor1d(inputs.weights!),
      beta: tf.scalar(0.4),
    };
    const metrics = of.model.objective.run(parameters, fed);
    for (const [name, value] of Object.entries(of.objective(weights, inputs))) {
      expect(metrics[name]!.dataSync()[0]).toBeCloseTo(value, 4);
    }
  });

  it('starts, where it is to, with the frequencies of each column, whatever the codes before', () => {
    const counted: readonly Span[] = config.spans.map((span, j) => ({
      ...span,
      rows: [[5, 3, 1], [0, 9, 0, 0], []][j]!,
    }));
    const start = tableCase('from frequencies', { ...config, spans: counted, fromFrequencies: true });
    const first = tensorsOf(start, initialParameters(start.model.parameters, randomKey(3)));
    const codes = tf.tensor2d([0, 1, 1, 2, 3, 0], [2, 3], 'int32');
    const { likelihood } = start.model.graphs.scorer!.run(first, { codes, noise: tf.zeros([2, 2]) });
    // Half a row more for each code; of a column that is not counted, all are as likely.
    const expected = [
      [5.5 / 10.5, 9.5 / 11, 0.5],
      [1.5 / 10.5, 0.5 / 11, 0.5],
    ];
    likelihood!.dataSync().forEach((nats, r) => {
      expect(nats).toBeCloseTo(-Math.log(expected[r]!.reduce((product, p) => product * p)), 5);
    });
  });

  it('has parameters for what its columns need', () => {
    const names = (model: { parameters: object }) =>
      Object.keys(model.parameters).filter((name) => /ordinal|\.in$/.test(name));
    const [mixed, plainOnly, single, last] = tableCases.map(({ model }) => names(model));
    expect(mixed).toEqual(['decoder.in', 'encoder.ordinal', 'decoder.ordinalIn', 'decoder.ordinalOut']);
    expect(plainOnly).toEqual(['decoder.in']);
    expect(single).toEqual(['encoder.ordinal', 'decoder.ordinalOut']);
    // Nothing follows its codes.
    expect(last).toEqual(['decoder.in', 'encoder.ordinal', 'decoder.ordinalOut']);
    expect(tableVae({ spans: mixedSpans, hidden: 8, latent: 3 }).parameters['decoder.out']!.shape).toEqual([21, 8]);
  });
});
