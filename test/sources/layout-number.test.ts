import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberLayout } from '../../src/batches/number-layout.js';
import { layoutNumber } from '../../src/sources/layout-number.js';

const layouts = ['$#,##0.00', '#.##0,0 €', '0 kg', '#,##0', '0,000', "#'##0.00;(#'##0.00)", '0.00;0.00-'];

function read(layout: string, text: string): number {
  const bytes = Buffer.from(`x${text}x`);
  return layoutNumber(numberLayout(layout)!)(bytes, 1, bytes.length - 1);
}

describe('layoutNumber', () => {
  it.each(layouts)('reads of %s what its parser does', (layout) => {
    const { parse, write, decimals = 0 } = numberLayout(layout)!;
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        (units, by) => {
          const value = Math.trunc(units / by) / 10 ** decimals + 0;
          const text = write(value)!;
          expect(read(layout, text)).toBe(value);
          expect(parse(text)).toBe(value);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(layouts)('reads of %s nothing that its parser refuses', (layout) => {
    const { parse } = numberLayout(layout)!;
    const number = fc.stringMatching(/^[-(]?\$?\d{0,5}([,.']\d{1,4}){0,3}( kg| €|\)|-)?$/u);
    fc.assert(
      fc.property(number, (text) => {
        const value = read(layout, text);
        if (!Number.isNaN(value)) expect(value).toBe(parse(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves to the parser what it cannot tell', () => {
    expect(['0.#%', '+0%;-0%;0%', '#\u00a0##0'].map((layout) => read(layout, numberLayout(layout)!.write(5)!))).toEqual(
      [Number.NaN, Number.NaN, Number.NaN],
    );
    expect(read('0 kg', '1234567890123456 kg')).toBeNaN();
  });
});
