import { DateDay, Field, Float64, Int64, Schema, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/commands/usage-error.js';
import { whereOf } from '../../src/commands/where-flag.js';

const schema = new Schema([
  new Field('x', new Float64()),
  new Field('n', new Int64()),
  new Field('day', new DateDay()),
  new Field('c', new Utf8()),
  new Field('seen', new TimestampMillisecond(), true, new Map([['rx-augment:datetime', 'DD.MM.YYYY HH:mm']])),
  new Field('sent', new TimestampMillisecond('+02:00')),
]);

const utc = (text: string) => new Date(text);

describe('whereOf', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['x=1.5', 1.5],
    ['x=-2..3e1', [-2, 30]],
    ['x=..5', [Number.NEGATIVE_INFINITY, 5]],
    ['n=7..', [7, Number.POSITIVE_INFINITY]],
    ['day=2020-01-01..', [utc('2020-01-01'), Number.POSITIVE_INFINITY]],
    ['day=..2020-01-01', [Number.NEGATIVE_INFINITY, utc('2020-01-01')]],
    ['day=2020..2020-03', [utc('2020-01-01'), utc('2020-03-01')]],
    ['seen=29.03.2020 02:30', utc('2020-03-29T02:30Z')],
    ['seen=2020-03-29T02:30..2020-03-29 03:30Z', [utc('2020-03-29T02:30Z'), utc('2020-03-29T03:30Z')]],
    ['sent=2020-03-29T02:30..2020-03-29T02:30:00.5Z', [utc('2020-03-29T00:30Z'), utc('2020-03-29T02:30:00.5Z')]],
    ['sent=2020-03-29', utc('2020-03-28T22:00Z')],
    ['c=a|b', { in: ['a', 'b'] }],
    ['c=..b', '..b'],
  ])('takes %s', (text, condition) => {
    const [name = ''] = text.split('=');
    vi.stubEnv('TZ', 'America/New_York');
    expect(whereOf([text], schema)).toEqual({ [name]: condition });
  });

  it.each(['x=', 'x=..', 'x=1..2..3', 'x=a..', 'x=1.. ', 'day=..', 'day=2020-02-30', 'day=Jan 1 2020', 'y=1'])(
    'refuses %j',
    (text) => {
      expect(() => whereOf([text], schema)).toThrow(UsageError);
    },
  );

  it.each([
    ['day=1.1.2020', /date32, as YYYY-MM-DD\)/],
    ['seen=29.03.2020', /timestamp\[ms\], as DD\.MM\.YYYY HH:mm or in ISO 8601\)/],
  ])('says how to write %s', (text, expected) => {
    expect(() => whereOf([text], schema)).toThrow(expected);
  });
});
