import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferSchema } from '../../src/batches/infer-schema.js';
import { numberFormatOf, numberWriter } from '../../src/batches/number-format.js';
import { typeName } from '../../src/batches/type-name.js';

function inferred(...texts: (string | null)[]): string {
  const field = inferSchema(['c'], [texts]).fields[0]!;
  const notes = [...field.metadata].map(([key, value]) => ` ${key.replace('rx-augment:', '')}=${value}`);
  return typeName(field.type) + notes.join('');
}

describe('inferSchema', () => {
  it.each<[string, (string | null)[]]>([
    ['int32', ['0', '-5', '2147483647', '-2147483648', null]],
    ['int64', ['1', '2147483648']],
    ['int64', ['9007199254740991', '-9007199254740991']],
    ['utf8', ['9007199254740992']],
    ['utf8', ['1', '10000000000000000000']],
    ['utf8', ['1', '007']],
    ['utf8', ['+5']],
    ['utf8', ['-0']],
    ['utf8', ['1', ' 2']],
    ['utf8', ['1', '']],
    ['utf8', ['1', '1e5']],
    ['utf8', ['1,5']],
    ['utf8', ['.5']],
    ['utf8', ['5.']],
    ['utf8', ['-']],
    ['utf8', ['0x10']],
    ['utf8', [null, null]],
    ['utf8', []],
    ['float64 decimals=2', ['1.50', '-0.25', '100.00', null]],
    ['float64 decimals=1', ['0.0', '12.8']],
    ['float64', ['1', '2.5', '1e-7', '1.25']],
    ['float64', ['2.5', '1.25']],
    ['float64 min-decimals=1', ['1.0', '2.25', '-3.5']],
    ['utf8', ['1.50', '2.5']],
    ['float64 decimals=1', ['-0.0', '1.0']],
    ['float64 decimals=2', ['-0.00', '0.00', '12.50']],
    ['float64 min-decimals=1', ['-0.0', '1.25']],
    ['utf8', ['1.5', '-0']],
    ['float64 exponents=python', ['1e-05', '0.0001', '-1.5e-07', '2.0', '1e+16', '1.25e+100', '1000000000000000.0']],
    ['float64 exponents=r', ['1e+05', '1e-04', '123456', '0.001', '1.5e-07', '-2', '0']],
    ['utf8', ['1e-05', '1e-6']],
    ['utf8', ['12345678901234567.5']],
    ['utf8', ['0.5', '0.12345678901234567890']],
    ['float64', ['1', 'NaN', 'Infinity', '-Infinity']],
    ['float64 decimals=1', ['1.5', 'NaN']],
    ['utf8', ['1', 'nan']],
    ['utf8', ['1', 'inf']],
    ['utf8', ['NaN', 'NaN']],
    ['bool boolean=true/false', ['true', 'false', null]],
    ['bool boolean=True/False', ['True', 'True']],
    ['bool boolean=TRUE/FALSE', ['FALSE']],
    ['utf8', ['true', 'False']],
    ['utf8', ['yes', 'no']],
    ['int32', ['0', '1']],
    ['date32', ['2020-02-29', '0001-01-01', '9999-12-31']],
    ['utf8', ['2020-02-29', '2021-02-29']],
    ['utf8', ['2020-1-1']],
    ['utf8', ['2020-01-01', '2020-01-01T00:00:00']],
    ['timestamp[ms]', ['2020-01-01T10:00:00', null]],
    ['timestamp[ms, UTC]', ['2020-01-01T10:00:00Z']],
    ['timestamp[ms, +02:00] datetime=YYYY-MM-DDTHH:mm:ss+02:00', ['2020-01-01T10:00:00+02:00']],
    ['timestamp[ms, -05:00] datetime=YYYY-MM-DD HH:mm:ss-05', ['2020-01-01 10:00:00-05', null]],
    ['timestamp[us, +05:30] datetime=YYYY-MM-DD HH:mm:ss.SSSSSS+0530', ['2020-01-01 10:00:00.123456+0530']],
    ['utf8', ['2020-01-01T10:00:00+01:00', '2020-07-01T10:00:00+02:00']],
    ['utf8', ['2020-01-01T10:00:00+02:70']],
    ['timestamp[ms, UTC] datetime=YYYY-MM-DDTHH:mm:ss.SSSZ', ['2020-01-01T10:00:00.120Z']],
    ['timestamp[ms] datetime=YYYY-MM-DD HH:mm', ['2020-01-01 10:00', '2020-01-01 23:59']],
    ['timestamp[us] datetime=YYYY-MM-DD HH:mm:ss.SSSSSS', ['2020-01-01 10:00:00.123456']],
    ['timestamp[ns] datetime=YYYY-MM-DDTHH:mm:ss.SSSSSSSSS', ['2020-01-01T10:00:00.123456789']],
    ['utf8', ['3000-01-01T10:00:00.123456789']],
    ['utf8', ['2020-01-01T10:00:00', '2020-01-01T10:00:00Z']],
    ['utf8', ['2020-01-01T24:00:00']],
    ['utf8', ['2020-01-01T23:59:60']],
  ])('reads %s from %j', (expected, texts) => {
    expect(inferred(...texts)).toBe(expected);
  });

  it('makes every field nullable', () => {
    expect(inferSchema(['a', 'b'], [['1'], ['x']]).fields.map(({ nullable }) => nullable)).toEqual([true, true]);
  });

  it('makes numbers only of texts that come back', () => {
    const text = fc.oneof(fc.stringMatching(/^-?[0-9]{0,18}(\.[0-9]{0,18})?(e-?[0-9])?$/), fc.double().map(String));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const field = inferSchema(['c'], [texts]).fields[0]!;
        if (typeName(field.type) === 'utf8') return;
        const write = numberWriter(numberFormatOf(field.metadata));
        expect(texts.map((value) => write(Number(value)))).toEqual(texts);
      }),
      { numRuns: 2000 },
    );
  });
});
