import type { InputArrays } from '../../src/engine/engine.js';
import type { Model } from '../../src/models/model.js';
import type { ModelReference } from '../../src/models/model-reference.js';
import type { Span } from '../../src/models/span.js';
import { tableVae } from '../../src/models/table-vae.js';
import { type TableVaeConfig, tableVaeReference } from '../../src/models/table-vae-reference.js';
import { denseVae } from '../bench/step/dense-vae.mjs';
import { denseVaeObjective, parametersOf, tableVaeObjective, uniforms } from '../models/reference.js';

/** A model with batches for it and its objective in float64. */
export interface ModelCase {
  readonly name: string;
  readonly reference: ModelReference;
  readonly model: Model;
  /** Rows count equally, and `padding` rows of weight 0 follow the rows of each half. */
  inputs(rows: number, seed: number, padding?: number): InputArrays;
  objective(flat: ArrayLike<number>, inputs: InputArrays): Record<string, number>;
}

export const mixedSpans: readonly Span[] = [
  { name: 'level', likelihood: 'categorical', width: 3 },
  { name: 'age', likelihood: 'categorical', width: 7, scores: [-1.5, -0.8, -0.3, 0.2, 0.7, 1.4, 0] },
  { name: 'flag', likelihood: 'categorical', width: 2 },
  { name: 'dose', likelihood: 'categorical', width: 4, scores: [-1.1, -0.2, 0.4, 1.2] },
  { name: 'kind', likelihood: 'categorical', width: 5 },
];

/** Wide enough for rows to be looked up instead of multiplied by one-hot codes, in the encoder and in the decoder. */
export const wideSpans: readonly Span[] = [
  { name: 'city', likelihood: 'categorical', width: 20 },
  { name: 'flag', likelihood: 'categorical', width: 2 },
  { name: 'day', likelihood: 'categorical', width: 18, scores: Array.from({ length: 18 }, (_, i) => (i - 8.5) / 5) },
  { name: 'hour', likelihood: 'categorical', width: 9 },
];

const plain = mixedSpans.map(({ name, likelihood, width }): Span => ({ name, likelihood, width }));

export const tableCases: readonly ModelCase[] = [
  tableCase('table VAE', { spans: mixedSpans, hidden: 8, latent: 3 }),
  tableCase('table VAE without orders', { spans: plain, hidden: 8, latent: 3 }),
  tableCase('table VAE of one column', { spans: mixedSpans.slice(1, 2), hidden: 5, latent: 1 }),
  tableCase('table VAE whose last column alone has an order', {
    spans: [mixedSpans[0]!, mixedSpans[3]!],
    hidden: 4,
    latent: 2,
  }),
  tableCase('table VAE of wide columns', { spans: wideSpans, hidden: 4, latent: 2 }),
];

export const denseCase = denseCaseOf({ widths: [6, 8], latent: 3 });

/** A table VAE as a case. */
export function tableCase(name: string, config: TableVaeConfig): ModelCase {
  const model = tableVae(config);
  const columns = config.spans.length;
  return {
    name,
    reference: tableVaeReference(config),
    model,
    inputs(rows, seed, padding = 0) {
      const { places, weights } = placed(rows, padding);
      const u = uniforms(seed, rows * columns);
      const codes = new Int32Array(weights.length * columns);
      places.forEach((place, r) => {
        config.spans.forEach(({ width }, j) => {
          codes[place * columns + j] = Math.floor(u[r * columns + j]! * width);
        });
      });
      const noise = spread(uniforms(seed + 1, rows * config.latent, -2, 2), config.latent, places, weights.length);
      return { codes, noise, weights, beta: Float32Array.of(0.4) };
    },
    objective: (flat, inputs) => tableVaeObjective(config, parametersOf(model.parameters, flat), inputs),
  };
}

/** The dense VAE as a case. */
export function denseCaseOf(config: { widths: number[]; latent: number }): ModelCase {
  const model = denseVae(config);
  const width = config.widths[0]!;
  return {
    name: 'dense VAE',
    reference: { module: new URL('../bench/step/dense-vae.mjs', import.meta.url).href, factory: 'denseVae', config },
    model,
    inputs(rows, seed, padding = 0) {
      const { places, weights } = placed(rows, padding);
      return {
        x: spread(uniforms(seed, rows * width), width, places, weights.length),
        noise: spread(uniforms(seed + 1, rows * config.latent, -2, 2), config.latent, places, weights.length),
        weights,
      };
    },
    objective: (flat, inputs) => denseVaeObjective(config, parametersOf(model.parameters, flat), inputs),
  };
}

/** As many weights as a model has, all of them different from 0. */
export function weightsFor({ model }: ModelCase, seed: number): Float32Array {
  const count = Object.values(model.parameters).reduce(
    (sum, { shape }) => sum + shape.reduce((n, dim) => n * dim, 1),
    0,
  );
  return uniforms(seed, count, -0.6, 0.6);
}

/** The rows and columns of a batch that belong to rows `from` ... `to` - 1. */
export function rowsOf(inputs: InputArrays, from: number, to: number): InputArrays {
  const rows = inputs.weights!.length;
  const cut = (values: Float32Array | Int32Array) =>
    values.slice((from * values.length) / rows, (to * values.length) / rows);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, name === 'beta' ? values : cut(values)]),
  );
}

function placed(rows: number, padding: number): { places: number[]; weights: Float32Array } {
  const half = Math.ceil(rows / 2);
  const places = Array.from({ length: rows }, (_, r) => (r < half ? r : r + padding));
  const weights = new Float32Array(rows + 2 * padding);
  for (const place of places) weights[place] = 1 / rows;
  return { places, weights };
}

function spread(values: Float32Array, width: number, places: readonly number[], rows: number): Float32Array {
  const all = new Float32Array(rows * width).fill(0.3);
  places.forEach((place, r) => {
    all.set(values.subarray(r * width, (r + 1) * width), place * width);
  });
  return all;
}
