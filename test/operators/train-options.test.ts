import { Bool, Field, Float64, Schema, Utf8 } from 'apache-arrow';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type TrainAutoencoderOptions, trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { type TrainVaeOptions, trainVae } from '../../src/operators/train-vae.js';
import { tableFromJSON } from './rows.js';

describe('trainVae', () => {
  it.each<[TrainVaeOptions, string]>([
    [{ seed: 1.5 }, 'Expected seed to be a whole number, got 1.5'],
    [{ memoryBytes: -1 }, 'Expected `memoryBytes` to be 0 or more, got -1'],
    [{ maxCategories: 1 }, 'Expected maxCategories to be an integer from 2 to 65,000, got 1'],
    [{ likelihood: 'poisson' as 'gaussian' }, 'Expected a likelihood to be one of categorical, bernoulli, gaussian'],
    [{ likelihood: { a: 'poisson' as 'gaussian' } }, 'got poisson'],
    [{ decoder: 'textbook' as 'factorised' }, 'Expected decoder to be autoregressive or factorised, got textbook'],
  ])('refuses %j at once, before any batch', (options, message) => {
    expect(() => trainVae(options)).toThrow(message);
    expect(() => trainVae({ ...options, replay: 'none' })).toThrow(RangeError);
  });

  it.each<[object, string]>([
    [{ hidden: '64' }, 'Expected `hidden` of trainVae() to be a width or a list of widths, got "64"'],
    [{ filters: 32 }, 'Expected `filters` of trainVae() to be a list of numbers of channels, got 32'],
    [{ likelihood: null }, 'Expected `likelihood` of trainVae() to be a word or words by column, got null'],
    [{ engine: 'tensorflow' }, 'Expected `engine` of trainVae() to be an engine, such as `tensorflowEngine`'],
    [{ network: {} }, 'Expected the URL or path of a module as `network.module`, got undefined'],
    [{ network: { module: '/a.mjs' } }, 'Expected the name of a function as `network.factory`, got undefined'],
  ])('refuses %j, which is of another kind', (options, message) => {
    expect(() => trainVae(options)).toThrow(TypeError);
    expect(() => trainVae(options)).toThrow(message);
  });

  it.each(['conditions', 'keepRare'])('refuses %s that are no list', (name) => {
    expect(() => trainVae({ [name]: 'group' })).toThrow(
      new TypeError(`Expected ${name} to be a list of columns, got string`),
    );
  });

  it('refuses to take texts for numbers, but not to take numbers for codes', async () => {
    const schema = new Schema([
      new Field('size', new Float64(), true),
      new Field('word', new Utf8(), true),
      new Field('flag', new Bool(), true),
    ]);
    const rows = ['a', 'b', 'a', 'c', 'b', 'a'].map((word, size) => ({ size, word, flag: size > 2 }));
    const trained = (likelihood: TrainVaeOptions['likelihood']) =>
      lastValueFrom(of(tableFromJSON(rows, schema)).pipe(trainVae({ likelihood: likelihood ?? {}, epochs: 1 })));
    await expect(trained({ word: 'gaussian' })).rejects.toThrow(
      'Expected numbers, dates, booleans or images to be gaussian, got `word` (utf8)',
    );
    const { kind } = await trained({ size: 'categorical', word: 'categorical', flag: 'bernoulli' });
    expect(kind).toBe('batch');
    expect((await trained('gaussian')).kind).toBe('batch');
  });
});

describe('trainAutoencoder', () => {
  it('refuses a penalty of another kind, and one width for a list', () => {
    const sparsity = { kind: 'L1' } as never;
    expect(() => trainAutoencoder({ sparsity })).toThrow(
      new RangeError('Expected the kind of `sparsity` of trainAutoencoder() to be l1 or kl, got "L1"'),
    );
    expect(() => trainAutoencoder({ layers: 3 as never })).toThrow(
      new TypeError('Expected `layers` of trainAutoencoder() to be a list of widths, got 3'),
    );
  });

  it.each<[TrainAutoencoderOptions, string]>([
    [{ layers: [8, 0] }, 'Expected layers to be a whole number of at least 1, got 0'],
    [{ layers: [16_385] }, 'Expected layers to be a whole number of at most 16384, got 16385'],
    [{ maxCodes: 1e6 }, 'Expected maxCodes to be an integer from 2 to 65,000, got 1000000'],
  ])('refuses %j at once, before any batch', (options, message) => {
    expect(() => trainAutoencoder(options)).toThrow(message);
  });
});
