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
  new Field('price', new Float64(), true, new Map([['rx-augment:number', '#.##0,00 €']])),
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
    ['n=7|8', { in: [7, 8] }],
    ['day=2020-01-01|2021', { in: [utc('2020-01-01'), utc('2021-01-01')] }],
    ['price=1.234,50 €', 1234.5],
    ['price=-5,00 €..1.000 €', [-5, 1000]],
    ['price=1234.5..', [1234.5, Number.POSITIVE_INFINITY]],
    ['price=1,00 €|2', { in: [1, 2] }],
    ['c=..b', '..b'],
  ])('takes %s', (text, condition) => {
    const [name = ''] = text.split('=');
    vi.stubEnv('TZ', 'America/New_York');
    expect(whereOf([text], schema)).toEqual({ [name]: condition });
  });

  it.each([
    'x=',
    'x=..',
    'x=1..2..3',
    'x=a..',
    'x=1.. ',
    'x=1|',
    'x=1|2..3',
    'price=1,0',
    'price=$5',
    'day=..',
    'day=2020-02-30',
    'day=Jan 1 2020',
    'y=1',
  ])('refuses %j', (text) => {
    expect(() => whereOf([text], schema)).toThrow(UsageError);
  });

  it.each([
    ['day=1.1.2020', /date32, as YYYY-MM-DD\)/],
    ['price=12.50 €', /float64, as #\.##0,00 €\)/],
    ['seen=29.03.2020', /timestamp\[ms\], as DD\.MM\.YYYY HH:mm or in ISO 8601\)/],
  ])('says how to write %s', (text, expected) => {
    expect(() => whereOf([text], schema)).toThrow(expected);
  });
});
