import { DateDay, Field, Float64, Int64, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/commands/usage-error.js';
import { whereOf } from '../../src/commands/where-flag.js';

const schema = new Schema([
  new Field('x', new Float64()),
  new Field('n', new Int64()),
  new Field('day', new DateDay()),
  new Field('c', new Utf8()),
]);

describe('whereOf', () => {
  it.each([
    ['x=1.5', 1.5],
    ['x=-2..3e1', [-2, 30]],
    ['x=..5', [Number.NEGATIVE_INFINITY, 5]],
    ['n=7..', [7, Number.POSITIVE_INFINITY]],
    ['day=2020-01-01..', [Date.parse('2020-01-01'), Number.POSITIVE_INFINITY]],
    ['day=..2020-01-01', [Number.NEGATIVE_INFINITY, Date.parse('2020-01-01')]],
    ['c=a|b', { in: ['a', 'b'] }],
    ['c=..b', '..b'],
  ])('takes %s', (text, condition) => {
    const [name = ''] = text.split('=');
    expect(whereOf([text], schema)).toEqual({ [name]: condition });
  });

  it.each(['x=', 'x=..', 'x=1..2..3', 'x=a..', 'x=1.. ', 'day=..', 'y=1'])('refuses %j', (text) => {
    expect(() => whereOf([text], schema)).toThrow(UsageError);
  });
});
