import { Field, Float64 } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberLayout, numberLayoutOf } from '../../src/batches/number-layout.js';

const layouts = [
  '$#,##0.00',
  '€ 0,00',
  '#.##0,00 €',
  '0 kg',
  '0.0%',
  '0.#%',
  '0,0# l',
  "#'##0.0",
  '#\u00a0##0,#',
  '$#,##0.00;($#,##0.00)',
  '0.00;0.00-',
  '+0.0%;-0.0%;0.0%',
  '0,0;\u22120,0',
];

describe('numberLayout', () => {
  it.each(layouts)('reads what it writes as %s', (layout) => {
    const { parse, write, decimalMark, decimals } = numberLayout(layout)!;
    const numbers = fc.oneof(
      fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
      fc.integer({ min: -5000, max: 5000 }),
      fc.constantFrom(0, -0, 999, 1000, -1000),
    );
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 6 }), (units, places) => {
        const value = decimalMark === undefined ? units + 0 : units / 10 ** (decimals ?? places);
        const text = write(value);
        expect(text).toBeTypeOf('string');
        expect(parse(text!)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it.each(layouts)('reads nothing that it would write otherwise as %s', (layout) => {
    const { parse, write } = numberLayout(layout)!;
    const number = fc.stringMatching(/^[-+(\u2212]?\$?[-(]?\d{0,4}([,.'\u00a0]\d{1,3}){0,3}[- )%€kgl]{0,3}$/u);
    fc.assert(
      fc.property(number, (text) => {
        const value = parse(text);
        if (value !== undefined) expect(write(value)).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it.each<[string, string[]]>([
    [
      '$#,##0.00',
      [
        '$1234.50',
        '$1,23.50',
        '$1,234.5',
        '1,234.50',
        '$01.00',
        '$1,234,5.00',
        '($1.00)',
        '$-1.00',
        '$ 1.00',
        '$.50',
        '$0,123.00',
      ],
    ],
    ['#.##0,00 €', ['1,234.50 €', '1.234,50€', '1.234 €']],
    ['0 kg', ['1,000 kg', '1.5 kg', '05 kg', '5 g', '-0 kg', '9007199254740992 kg']],
    ['0.#%', ['1.50%', '1.%', '0.00000001%', '1.12345678901234567%']],
    ['0.0#%', ['1%', '1.50%']],
    ['+0.0%;-0.0%;0.0%', ['1.0%', '+0.0%']],
    ['0.00;0.00-', ['-1.00']],
  ])('refuses what is not in the layout %s', (layout, texts) => {
    const { parse } = numberLayout(layout)!;
    expect(texts.filter((text) => parse(text) !== undefined)).toEqual([]);
  });

  it('takes other decimals where it is lenient, but no other marks', () => {
    const { parse } = numberLayout('$#,##0.00')!;
    expect(['$1,234', '$1.5', '-$1.125'].map((text) => parse(text, true))).toEqual([1234, 1.5, -1.125]);
    expect(['$1234', '$1,234,5', '1.5'].map((text) => parse(text, true))).toEqual([undefined, undefined, undefined]);
  });

  it('writes in full what the layout would round, and nothing of what has no digits', () => {
    const { write } = numberLayout('$#,##0.00')!;
    expect([1234.125, -0.001, 1000n, 12345678.9].map(write)).toEqual([
      '$1,234.125',
      '-$0.001',
      '$1,000.00',
      '$12,345,678.90',
    ]);
    expect([Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-9].map(write)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(numberLayout('0 kg')!.write(1.5)).toBeUndefined();
    expect(numberLayout('#,##0')!.write(-(2n ** 63n))).toBe('-9,223,372,036,854,775,808');
  });

  it.each([
    '',
    '$',
    '0.0.0',
    '#,##0,00',
    '0;0.0',
    '0;0;0;0',
    '1,234',
    '#,###',
    '#,##0.',
    '0 #',
    '0.000000000000000000000',
  ])('is none of %j', (layout) => expect(numberLayout(layout)).toBeUndefined());
});

describe('numberLayoutOf', () => {
  const field = (layout: string) => new Field('x', new Float64(), true, new Map([['rx-augment:number', layout]]));

  it('finds the layout of a field', () => {
    expect(numberLayoutOf(field('0 kg'))?.write(5)).toBe('5 kg');
    expect(numberLayoutOf(field('kg'))).toBeUndefined();
    expect(numberLayoutOf(new Field('x', new Float64()))).toBeUndefined();
  });
});
