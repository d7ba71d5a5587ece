import { createRequire } from 'node:module';
import { Field, Int32, Schema, Utf8 } from 'apache-arrow';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { requireArrowTypes } from '../../src/batches/require-arrow-types.js';
import { castTo } from '../../src/operators/cast-to.js';
import { trainVae } from '../../src/operators/train-vae.js';
import { toCsv } from '../../src/sinks/to-csv.js';
import { fromCsv } from '../../src/sources/from-csv.js';
import { fromJsonLines } from '../../src/sources/from-json-lines.js';

const foreign = createRequire(import.meta.url)('apache-arrow') as typeof import('apache-arrow');
const other = /apache-arrow that rx-augment imports for `a`, got one of another copy/;

describe('requireArrowTypes', () => {
  it('takes types and fields of the module that is imported', () => {
    expect(() => requireArrowTypes({ a: new Int32(), b: new Field('b', new Utf8(), true) })).not.toThrow();
    expect(() => requireArrowTypes(new Schema([new Field('a', new Int32(), true)]))).not.toThrow();
  });

  it('names what is no type', () => {
    expect(() => requireArrowTypes({ a: 'int32' as never })).toThrow('for `a`, got "int32"');
    expect(() => requireArrowTypes({ a: Utf8 as never })).toThrow('for `a`, got a class: `new Utf8()` is a type');
    expect(() => requireArrowTypes(null as never)).toThrow('Expected a schema, or types by column, got null');
  });

  it('refuses what is no schema where one is needed', () => {
    const message = 'Expected a schema, such as `model.codec.schema`, got';
    expect(() => castTo(undefined as never)).toThrow(new TypeError(`${message} undefined`));
    expect(() => castTo({ a: new Int32() } as never)).toThrow(new TypeError(`${message} an object`));
    expect(() => toCsv('never.csv', { schema: 'a' as never })).toThrow(
      new TypeError('Expected `schema` to be a schema of apache-arrow, got "a"'),
    );
  });

  it('refuses texts for null that are none', () => {
    const nullValues = ['NA', null] as never;
    expect(() => fromCsv('-', { nullValues })).toThrow(new TypeError('Expected `nullValues` to be texts, got null'));
  });

  it('refuses those of another copy, which Arrow would take for none, wherever they come in', async () => {
    const types = { a: new foreign.Int32() };
    const schema = new foreign.Schema([new foreign.Field('a', new foreign.Int32(), true)]);
    expect(() => requireArrowTypes({ a: new foreign.Field('a', new foreign.Int32(), true) })).toThrow(other);
    expect(() => fromCsv('in.csv', { schema: types })).toThrow(other);
    expect(() => fromJsonLines('in.jsonl', { schema })).toThrow(other);
    expect(() => castTo(schema)).toThrow(other);
    const [batch] = foreign.tableFromArrays({ a: Int32Array.of(1, 2) }).batches;
    await expect(lastValueFrom(of(batch!).pipe(trainVae()))).rejects.toThrow(other);
  });
});
