import { describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { perItem, toAsyncIterable } from '../../src/operators/flow.js';
import { privacyGate } from '../../src/operators/privacy-gate.js';
import { sample } from '../../src/operators/sample.js';
import { score } from '../../src/operators/score.js';
import { toDuckdb } from '../../src/sinks/to-duckdb.js';
import { toPostgres } from '../../src/sinks/to-postgres.js';
import { fromPostgres } from '../../src/sources/from-postgres.js';

const model = { codec: {}, variational: true, hasNullState: true } as never;
const connection = 'Expected `connection` as postgres://user@host/database or the settings of a client';
const given = (value: unknown) => value as never;

describe('what a program without types gives instead', () => {
  it.each<[string, () => unknown, Error]>([
    [
      'options for copies',
      () => augment(given({ copies: 5 })),
      new TypeError('Expected the number of copies first, as in augment(5, options), got an object'),
    ],
    [
      'a text for copies',
      () => augment(given('5')),
      new RangeError('Expected the number of copies to be a whole number of at least 1, got "5"'),
    ],
    [
      'an infinite temperature',
      () => augment(5, { temperature: Number.POSITIVE_INFINITY }),
      new RangeError('Expected temperature to be 0 or more, got Infinity'),
    ],
    [
      'options for a count',
      () => sample(model, given({ count: 5 })),
      new RangeError('Expected the number of records to be a whole number of at least 0, got an object'),
    ],
    [
      'another start',
      () => sample(model, 1, { from: given('zero') }),
      new RangeError(`Expected from to be 'null' or 'prior', got "zero"`),
    ],
    [
      'null for the null state',
      () => sample(model, 1, { from: given(null) }),
      new RangeError(`Expected from to be 'null' or 'prior', got null`),
    ],
    [
      'a seed of a gate in between',
      () => sample(model, 1, { gate: { reference: [], seed: 0.5 } }),
      new RangeError('Expected the seed to be a safe integer, got 0.5'),
    ],
    [
      'one column for a list',
      () => privacyGate({ reference: [], columns: given('age') }),
      new TypeError('Expected `columns` to be a list of columns, got "age"'),
    ],
    ['a value for operators', () => perItem(given(3)), new TypeError('Expected operators, got 3')],
    [
      'no table',
      () => toDuckdb(given({ path: 'never.duckdb' })),
      new TypeError('Expected the option `table`, the name of a table, got undefined'),
    ],
    [
      'no connection to write by',
      () => toPostgres(given({ table: 'a' })),
      new TypeError(`${connection}, got undefined`),
    ],
    [
      'no connection to read by',
      () => fromPostgres(given({ table: 'a', connection: '' })),
      new TypeError(`${connection}, got ""`),
    ],
    [
      'half a sample',
      () => score({ samples: 0.5 }),
      new RangeError('Expected samples to be a whole number of at least 1, got 0.5'),
    ],
  ])('is %s', (_, call, error) => {
    expect(call).toThrow(error);
  });

  it('is the promise of a stream', async () => {
    await expect(toAsyncIterable(given(Promise.resolve())).next()).rejects.toThrow(
      new TypeError('Expected an Observable, such as fromCsv(path).pipe(...), got a promise: await it'),
    );
  });
});
