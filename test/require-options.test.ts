import { EMPTY } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as duckdb from '../src/duckdb.js';
import * as library from '../src/index.js';
import * as postgres from '../src/postgres.js';
import { requireOptions } from '../src/require-options.js';
import * as tensorflow from '../src/tensorflow.js';

const model = { codec: {}, variational: true, hasNullState: true };
const table = { table: 't' };

/** Every public function that takes options, by its name: called with those given. */
const callers: Readonly<Record<string, (options: never) => unknown>> = {
  augment: (options) => library.augment(5, options),
  castTo: (options) => library.castTo({ fields: [] } as never, options),
  encode: library.encode,
  fromArrow: (options) => library.fromArrow('-', options),
  fromCsv: (options) => library.fromCsv('-', options),
  fromDuckdb: duckdb.fromDuckdb,
  fromIdx: (options) => library.fromIdx('-', options),
  fromJsonLines: (options) => library.fromJsonLines('-', options),
  fromParquet: (options) => library.fromParquet('-', options),
  fromPostgres: postgres.fromPostgres,
  loadModel: (options) => library.loadModel('none', options),
  privacyGate: library.privacyGate,
  reconstruct: library.reconstruct,
  renderReport: (options) => library.renderReport({} as never, options),
  report: library.report,
  requireDuckdbPlace: duckdb.requireDuckdbPlace,
  requirePostgresPlace: postgres.requirePostgresPlace,
  sample: (options) => library.sample(model as never, 1, options),
  saveReport: (options) => library.saveReport({} as never, '-', options),
  score: library.score,
  toArrow: (options) => library.toArrow('-', options),
  toCsv: (options) => library.toCsv('-', options),
  toDataset: (options) => tensorflow.toDataset(EMPTY, options),
  toDuckdb: duckdb.toDuckdb,
  toJsonLines: (options) => library.toJsonLines('-', options),
  toParquet: (options) => library.toParquet('-', options),
  toPngGrid: (options) => library.toPngGrid('-', options),
  toPostgres: postgres.toPostgres,
  trainAutoencoder: library.trainAutoencoder,
  trainVae: library.trainVae,
};
/** Those that take none. */
const others = [
  'fidelity',
  'hold',
  'perItem',
  'readBytes',
  'requireModelPlace',
  'ruleText',
  'saveModel',
  'tensorflowEngine',
  'toAsyncIterable',
  'typeName',
];

/** What a call throws or rejects with. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('options', () => {
  it('are looked at by every public function that takes some', () => {
    const names = Object.entries({ ...library, ...duckdb, ...postgres, ...tensorflow })
      .filter(([name]) => !others.includes(name) && !name.endsWith('Error'))
      .map(([name]) => name);
    expect(names.sort()).toEqual(Object.keys(callers).sort());
  });

  it.each(Object.entries(callers))('of %s have known names', async (name, call) => {
    const error = await failureOf(() => call({ zzzzzzzz: 1 } as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(
      new RegExp(`^Expected options of ${name}\\(\\) \\(.*\\), got \`zzzzzzzz\`$`),
    );
  });

  it.each<[string, object, string]>([
    ['trainVae', { epoch: 3 }, 'Expected an option of trainVae(), got `epoch`: did you mean `epochs`?'],
    ['trainVae', { learning_rate: 1 }, 'got `learning_rate`: did you mean `learningRate`?'],
    ['trainVae', { values: 'natural' }, 'got `values`'],
    [
      'trainVae',
      { warmUp: { row: 3 } },
      'Expected an option of `warmUp` of trainVae(), got `row`: did you mean `rows`?',
    ],
    ['trainVae', { every: { rows: 3 } }, 'Expected options of `every` of trainVae() (steps), got `rows`'],
    ['trainVae', { recent: { visit: 3 } }, 'Expected an option of `recent` of trainVae(), got `visit`'],
    ['trainVae', { network: { modul: 'a' } }, 'Expected an option of `network` of trainVae(), got `modul`'],
    ['trainVae', { fidelity: { minutes: 3 } }, 'Expected options of `fidelity` of trainVae() (seconds), got `minutes`'],
    [
      'trainAutoencoder',
      { sparsity: { kind: 'l1', target: 0.1 } },
      'of `sparsity` of trainAutoencoder() (kind, weight, layer)',
    ],
    ['trainAutoencoder', { sparsity: { kind: 'kl', rho: 0.1 } }, '(kind, target, weight, layer), got `rho`'],
    ['trainAutoencoder', { beta: 1 }, 'Expected options of trainAutoencoder()'],
    ['augment', { sead: 1 }, 'Expected an option of augment(), got `sead`: did you mean `seed`?'],
    ['augment', { balance: { colum: 'a' } }, 'Expected an option of `balance` of augment(), got `colum`'],
    ['sample', { wher: {} }, 'Expected an option of sample(), got `wher`: did you mean `where`?'],
    ['sample', { gate: { reference: [], attempt: 3 } }, 'got `attempt`: did you mean `attempts`?'],
    ['fromCsv', { delimeter: ';' }, 'Expected an option of fromCsv(), got `delimeter`: did you mean `delimiter`?'],
    ['toCsv', { Header: false }, 'Expected an option of toCsv(), got `Header`: did you mean `header`?'],
    ['toDuckdb', { path: 'a', ...table, mod: 'append' }, 'Expected an option of toDuckdb(), got `mod`'],
  ])('of %s: %j', async (name, options, message) => {
    const error = await failureOf(() => callers[name]?.(options as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });

  it.each<[string, object, string]>([
    ['trainVae', { epochs: '3' }, 'Expected `epochs` of trainVae() to be a number, got "3"'],
    ['trainVae', { beta: null }, 'Expected `beta` of trainVae() to be a number, got null'],
    ['trainVae', { relations: 'no' }, 'Expected `relations` of trainVae() to be true or false, got "no"'],
    ['trainVae', { target: ['a'] }, 'Expected `target` of trainVae() to be a text, got an array'],
    ['trainVae', { warmUp: { rows: '3' } }, 'Expected `rows` of `warmUp` of trainVae() to be a number, got "3"'],
    ['trainVae', { warmUp: 3 }, 'Expected the options of `warmUp` of trainVae() as an object, got 3'],
    ['augment', { onUnseen: 3 }, 'Expected `onUnseen` of augment() to be a function, got 3'],
    ['augment', { temperature: '1' }, 'Expected `temperature` of augment() to be a number, got "1"'],
    [
      'sample',
      { gate: { reference: [], minShare: '0.1' } },
      'Expected `minShare` of `gate` of sample() to be a number',
    ],
    ['toCsv', { header: 'no' }, 'Expected `header` of toCsv() to be true or false, got "no"'],
    [
      'fromCsv',
      { signal: new AbortController() },
      'Expected `signal` of fromCsv() to be an AbortSignal, got an object of AbortController: give its `signal`',
    ],
    ['fromDuckdb', { table: 3 }, 'Expected `table` of fromDuckdb() to be a text, got 3'],
    ['report', { maxRows: '5' }, 'Expected `maxRows` of report() to be a number, got "5"'],
  ])('of %s are of their kind: %j', async (name, options, message) => {
    const error = await failureOf(() => callers[name]?.(options as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });

  it('may be undefined where they have a name', () => {
    expect(() =>
      library.trainVae({ epochs: undefined, warmUp: undefined, fidelity: undefined } as object),
    ).not.toThrow();
    expect(() => library.toCsv('-', { header: undefined } as object)).not.toThrow();
  });
});

describe('requireOptions', () => {
  it.each<[unknown, string]>([
    [null, 'null'],
    [3, '3'],
    ['a', '"a"'],
    [EMPTY, 'an Observable'],
    [[], 'an array'],
    [Promise.resolve({}), 'a promise: await it'],
  ])('refuses %s', (options, found) => {
    const call = () => requireOptions('it()', options as object, {});
    expect(call).toThrow(new TypeError(`Expected the options of it() as an object, got ${found}`));
  });

  it('takes no model for options', () => {
    expect(() => library.encode({ codec: {} } as never)).toThrow(
      new TypeError('Expected the options of encode() as an object, got a fitted model: give it as { model }'),
    );
  });

  it('finds the name that a letter, a swap or its case away', () => {
    const message = (name: string) => () =>
      requireOptions('it()', { [name]: 1 }, { ab: 'string', delimiter: 'string', seed: 'number' } as never);
    expect(message('sede')).toThrow('did you mean `seed`?');
    expect(message('SEED')).toThrow('did you mean `seed`?');
    expect(message('seeds')).toThrow('did you mean `seed`?');
    expect(message('delim')).toThrow('(ab, delimiter, seed), got `delim`');
  });

  it('does not take what an object inherits for a name', () => {
    expect(() => requireOptions('it()', { toString: 1 }, { seed: 'number' } as never)).toThrow('got `toString`');
  });
});
