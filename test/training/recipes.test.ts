import { describe, expect, it } from 'vitest';
import type { Span } from '../../src/models/span.js';
import { tableVae } from '../../src/models/table-vae.js';
import type { TableVaeConfig } from '../../src/models/table-vae-reference.js';
import {
  type AutoencoderOptions,
  autoencoderRecipe,
  checkAutoencoderOptions,
} from '../../src/training/autoencoder-recipe.js';
import { checkVaeOptions, type VaeOptions, vaeRecipe } from '../../src/training/vae-recipe.js';

const number: Span = { name: 'age', likelihood: 'gaussian', width: 1 };
const category: Span = { name: 'job', likelihood: 'categorical', width: 4 };
const image: Span = { name: 'digit', likelihood: 'bernoulli', width: 784, shape: [28, 28, 1] };

describe('vaeRecipe', () => {
  it('takes the autoregressive decoder for codes and the factorised one for values', () => {
    const codes = vaeRecipe({}, { spans: [category], storage: 'codes' }, 32_561);
    expect(codes.network).toEqual({ kind: 'table-vae', latent: 16, hidden: 256 });
    expect(codes.settings.beta).toBe(0.25);
    const values = vaeRecipe({}, { spans: [number, category], storage: 'values' }, 1000);
    const network = { kind: 'dense', hidden: [128, 128], activation: 'relu' };
    expect(values.network).toEqual({ kind: 'vae', latent: 5, freeBits: 0, network });
    expect(values.settings.beta).toBe(1);
  });

  it('starts with smaller embeddings where there are rows enough to learn larger ones, else from frequencies', () => {
    const limit = (name: string, rows: number) => {
      const { config } = vaeRecipe({ hidden: 8 }, { spans: [category, category], storage: 'codes' }, rows).model;
      return tableVae(config as TableVaeConfig).parameters[name]?.limit as number;
    };
    expect(limit('decoder.in', 2000)).toBeCloseTo(limit('decoder.in', 1999) / 2, 10);
    expect(limit('decoder.out', 2000)).toBeGreaterThan(0);
    expect(limit('decoder.out', 1999)).toBe(0);
  });

  it('takes convolutions for images that can be halved twice, dense layers where told or for others', () => {
    const of = (options: VaeOptions, span = image) =>
      vaeRecipe(options, { spans: [span], storage: 'values' }, 60_000).network;
    expect(of({})).toMatchObject({
      network: { kind: 'convolutional', filters: [32, 64], kernelSize: 3, stride: 2, hidden: [16] },
    });
    expect(of({ filters: [], hidden: [400] })).toMatchObject({ network: { kind: 'dense', hidden: [400] } });
    expect(of({}, { ...image, width: 49, shape: [7, 7, 1] })).toMatchObject({ network: { kind: 'dense' } });
  });

  it.each<[VaeOptions, Span, RegExp]>([
    [
      { filters: [8, 8, 8] },
      image,
      /height and width of `digit` to be multiples of 8 \(3 convolutions of stride 2\), got 28 x 28/,
    ],
    [{ filters: [8] }, number, /image column for `filters`, got none/],
    [{ latent: 5 }, category, /latent to be at most the 4 inputs, got 5/],
    [{ freeBits: -1 }, category, /freeBits in \[0, 100\], got -1/],
  ])('refuses %j for %j', (options, span, message) => {
    expect(() => vaeRecipe(options, { spans: [span], storage: 'values' }, 1000)).toThrow(message);
  });

  it.each<[VaeOptions, RegExp]>([
    [{ latent: 0 }, /latent to be a whole number of at least 1, got 0/],
    [{ hidden: 1.5 }, /hidden to be a whole number/],
    [{ activation: 'swish' as never }, /activation to be one of relu, .*got swish/],
    [{ beta: -1 }, /beta in \[0, 1000\], got -1/],
    [
      { network: { module: './mine.mjs', factory: 'mine' } },
      /URL of a module, such as new URL\('.\/mine.mjs', import.meta.url\), got a relative path/,
    ],
    [{ network: { module: 'mine', factory: 'mine', config: () => 1 } }, /a config that can be cloned, got: /],
  ])('refuses %j before there are records', (options, message) => {
    expect(() => checkVaeOptions(options)).toThrow(message);
  });

  it('refuses several widths for the autoregressive decoder', () => {
    const refused = () => vaeRecipe({ hidden: [64, 32] }, { spans: [category], storage: 'codes' }, 1000);
    expect(refused).toThrow(/one hidden width for the autoregressive decoder, got 64, 32/);
  });
});

describe('autoencoderRecipe', () => {
  const of = (options: AutoencoderOptions) => autoencoderRecipe(options, { spans: [image] }, 60_000).network;

  it('is linear without layers, and has a code that suits its sparsity', () => {
    expect(of({ latent: 8, filters: [] })).toEqual({
      kind: 'autoencoder',
      latent: 8,
      codeActivation: 'identity',
      network: { kind: 'dense', hidden: [], activation: 'relu' },
    });
    expect(of({ filters: [], sparsity: { kind: 'kl' } })).toMatchObject({
      codeActivation: 'sigmoid',
      sparsity: { kind: 'kl', target: 0.05, weight: 1, layer: 'code' },
    });
    expect(of({ filters: [], sparsity: { kind: 'l1' } })).toMatchObject({
      codeActivation: 'relu',
      sparsity: { kind: 'l1', weight: 0.001, layer: 'code' },
    });
  });

  it.each<[AutoencoderOptions, RegExp]>([
    [
      { sparsity: { kind: 'kl' }, codeActivation: 'relu' },
      /can be probabilities for kl sparsity \(sigmoid\), got relu/,
    ],
    [
      { sparsity: { kind: 'kl', layer: 0 }, layers: [32] },
      /can be probabilities for kl sparsity \(sigmoid\), got relu/,
    ],
    [{ sparsity: { kind: 'kl', target: 1 } }, /target of sparsity to be a probability in \(0, 1\), got 1/],
    [{ sparsity: { kind: 'l1', weight: -1 } }, /weight of sparsity in .*got -1/],
    [{ sparsity: { kind: 'l1', layer: 1 }, layers: [32] }, /layer of sparsity to be 'code' or below 1/],
    [{ layers: [0] }, /layers to be a whole number of at least 1, got 0/],
  ])('refuses %j before there are records', (options, message) => {
    expect(() => checkAutoencoderOptions(options)).toThrow(message);
  });

  it('refuses a code larger than the input, but for a sparse one', () => {
    expect(() => of({ latent: 785 })).toThrow(/latent to be at most the 784 inputs, got 785/);
    expect(of({ latent: 1000, filters: [], sparsity: { kind: 'l1' } }).latent).toBe(1000);
  });
});
