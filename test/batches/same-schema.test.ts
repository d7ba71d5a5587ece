import { Dictionary, Field, Int32, Schema, Struct, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { sameSchema } from '../../src/batches/same-schema.js';

const a = new Field('a', new Int32(), true);
const b = new Field('b', new Utf8(), true);
const schema = new Schema([a, b]);

describe('sameSchema', () => {
  it.each([
    ['another type', [a, new Field('b', new Int32(), true)], 'column `b` is `int32` where `utf8` was expected'],
    ['a missing column', [a], 'column `b` is missing'],
    ['another order', [b, a], 'column `a` is at position 2 where 1 was expected'],
    ['one more column', [a, b, new Field('c', new Utf8(), true)], 'column `c` was not expected'],
    ['a missing column before the order', [b, new Field('c', new Utf8(), true)], 'column `a` is missing'],
    ['one more column before the order', [new Field('c', new Utf8(), true), a, b], 'column `c` was not expected'],
    ['a repeated column', [a, b, a], 'column `a` was not expected'],
    ['no nulls', [new Field('a', new Int32(), false), b], 'column `a` is not nullable where nulls were expected'],
  ])('names %s', (_, fields, expected) => {
    expect(sameSchema(schema, new Schema(fields))?.text).toBe(expected);
  });

  it('looks into zones and nested fields', () => {
    const of = (type: Struct | TimestampMillisecond) => new Schema([new Field('c', type, true)]);
    expect(sameSchema(of(new TimestampMillisecond('UTC')), of(new TimestampMillisecond()))).toEqual({
      column: 'c',
      text: 'column `c` is `timestamp[ms]` where `timestamp[ms, UTC]` was expected',
    });
    expect(sameSchema(of(new Struct([a])), of(new Struct([b])))?.text).toContain('struct<b: utf8>');
  });

  it('finds schemas equal whatever their metadata and dictionary ids', () => {
    const dictionary = (id: number) =>
      new Field('d', new Dictionary(new Utf8(), new Int32(), id), true, new Map([['id', `${id}`]]));
    expect(sameSchema(new Schema([dictionary(1)]), new Schema([dictionary(2)]))).toBeUndefined();
    expect(sameSchema(schema, new Schema([a, b]))).toBeUndefined();
  });
});
