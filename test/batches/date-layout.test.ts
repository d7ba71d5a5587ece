import { DateDay, Field } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateLayout, dateLayoutOf } from '../../src/batches/date-layout.js';

const year0 = -62_167_219_200;
const year10000 = 253_402_300_800;
const layouts = [
  'DD.MM.YYYY',
  'D.M.YYYY',
  'M/D/YYYY',
  'MM/D/YYYY',
  'YYYY/M/DD',
  'MMM D YYYY',
  'D-MMM-YYYY',
  'MMMM DD, YYYY',
  'DD/MM/YYYY HH:mm',
  'M/D/YYYY h:mm:ss A',
  'YYYY-MM-DD hh:mma',
  'DD.MM.YYYYTH:mm:ss',
  'HH:mm',
  'h:mm:ss a',
];

describe('dateLayout', () => {
  it.each(layouts)('reads what it writes as %s, second by second', (layout) => {
    const { of, parse, write } = dateLayout(layout)!;
    const [min, max] = of === 'time' ? [0, 86_399] : [year0, year10000 - 1];
    const unit = of === 'date' ? 86_400 : layout.includes('ss') ? 1 : 60;
    fc.assert(
      fc.property(fc.integer({ min, max }), (moment) => {
        const seconds = Math.floor(moment / unit) * unit;
        const text = write(seconds);
        expect(text).toBeTypeOf('string');
        expect(parse(text!)).toBe(seconds);
        if (seconds !== moment) expect(write(moment)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('reads nothing that it would write otherwise', () => {
    const digits = fc.stringMatching(/^[0-3]?\d[./][0-3]?\d[./]\d{3,5}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom('DD.MM.YYYY', 'D.M.YYYY', 'M/D/YYYY', 'MM/DD/YYYY'), (text, layout) => {
        const { parse, write } = dateLayout(layout)!;
        const seconds = parse(text);
        if (seconds !== undefined) expect(write(seconds)).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [
      'DD.MM.YYYY',
      ['1.12.2020', '01.12.20', '31.04.2020', '29.02.2100', '00.01.2020', '01.13.2020', '01/12/2020', ' 01.12.2020'],
    ],
    ['D/M/YYYY', ['01/12/2020', '1/02/2020', '32/1/2020']],
    ['MMM D YYYY', ['jan 1 2000', 'Jan 01 2000', 'January 1 2000', 'Foo 1 2000']],
    ['HH:mm', ['24:00', '1:00', '12:60', '12:00:00']],
    ['h:mm A', ['0:30 AM', '13:00 PM', '1:30 am', '1:30']],
  ])('refuses, as %s, %j', (layout, texts) => {
    const { parse } = dateLayout(layout)!;
    expect(texts.filter((text) => parse(text) !== undefined)).toEqual([]);
  });

  it('knows noon and midnight on a dial of twelve hours', () => {
    const { parse } = dateLayout('h:mm A')!;
    expect(['12:00 AM', '12:30 PM', '1:05 AM', '11:59 PM'].map(parse)).toEqual([0, 45_000, 3900, 86_340]);
  });

  it.each(['', 'foo', 'DD.MM', 'DD.MM.YYYY HH', 'HH:mm A', 'h:mm', 'DD.DD.YYYY', 'DD.MM.YYYY D', 'mm:ss'])(
    'is none for %j',
    (layout) => {
      expect(dateLayout(layout)).toBeUndefined();
    },
  );

  it('is that of a field where it is not of ISO 8601', () => {
    const field = (layout: string) => new Field('x', new DateDay(), true, new Map([['rx-augment:datetime', layout]]));
    expect(dateLayoutOf(field('D.M.YYYY'))?.write(0)).toBe('1.1.1970');
    expect(dateLayoutOf(field('YYYY-MM-DD HH:mm:ss.SSS+02:00'))).toBeUndefined();
    expect(dateLayoutOf(new Field('x', new DateDay()))).toBeUndefined();
  });
});
