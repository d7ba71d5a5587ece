import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateLayoutOf } from '../../src/batches/date-layout.js';
import { inferSchema } from '../../src/batches/infer-schema.js';
import { numberFormatOf, numberWriter } from '../../src/batches/number-format.js';
import { numberLayoutOf } from '../../src/batches/number-layout.js';
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
    ['float64 number=0,0', ['1,5']],
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
    ['date32 datetime=YYYY-M-D', ['2020-1-1', '2020-11-30']],
    ['utf8', ['2020-1-1', '2020-01-02']],
    ['date32 datetime=DD.MM.YYYY', ['01.02.2020', null, '13.02.2020']],
    ['date32 datetime=D.M.YYYY', ['1.2.2020', '13.12.2020']],
    ['date32 datetime=DD/MM/YYYY', ['31/12/2020', '31/10/2020']],
    ['date32 datetime=MM/DD/YYYY', ['01/02/2020', '02/13/2020']],
    ['date32 datetime=M/DD/YYYY', ['1/02/2020', '12/13/2020']],
    ['date32 datetime=DD-MM-YYYY', ['29-02-2020']],
    ['date32 datetime=YYYY/MM/DD', ['2020/02/29', '2020/12/01']],
    ['date32 datetime=MMM D YYYY', ['May 1 2000', 'Jun 30 2000']],
    ['date32 datetime=M/D/YYYY', ['1/15/2000', '1/31/2000']],
    ['date32 datetime=MM/D/YYYY', ['01/5/2000', '01/31/2000']],
    ['timestamp[ms] datetime=M/D/YYYY H:mm', ['1/15/2000 12:00', '1/31/2000 10:00']],
    ['timestamp[ms] datetime=M/D/YYYY h:mm A', ['12/15/2000 9:00 AM', '12/31/2000 10:00 AM']],
    ['timestamp[ms] datetime=D.M.YYYY HH:mm', ['15.1.2000 09:00', '31.1.2000 10:00']],
    ['timestamp[ms] datetime=DD.MM.YYYY H:mm', ['15.01.2000 9:00', '31.01.2000 10:00']],
    ['timestamp[ms] datetime=DD.MM.YYYY HH:mm', ['15.12.2000 12:00', '31.12.2000 10:00']],
    ['date32 datetime=MMM DD YYYY', ['Jun 12 1998', 'Aug 07 1998']],
    ['date32 datetime=MMMM D, YYYY', ['May 1, 2000', 'January 30, 2000']],
    ['date32 datetime=DD-MMM-YYYY', ['01-Jan-2000', '30-Sep-2000']],
    ['timestamp[ms] datetime=DD.MM.YYYY HH:mm', ['13.02.2020 09:05', '01.02.2020 23:59']],
    ['timestamp[ms] datetime=YYYY/MM/DD HH:mm:ss', ['2020/02/01 09:05:01']],
    ['timestamp[ms] datetime=M/D/YYYY h:mm A', ['2/13/2020 9:05 AM', '12/1/2020 12:00 PM']],
    ['timestamp[ms] datetime=YYYY-MM-DD H:mm', ['2020-02-01 9:05', '2020-02-01 19:05']],
    ['time32[s] datetime=HH:mm', ['09:05', '23:59', null]],
    ['time32[s] datetime=H:mm', ['9:05', '23:59']],
    ['time32[s]', ['09:05:00', '23:59:59']],
    ['utf8 either-date=DD.MM.YYYY or MM.DD.YYYY', ['01.02.2020', '12.12.2020']],
    ['utf8 either-date=D/M/YYYY h:mm a or M/D/YYYY h:mm a', ['1/2/2020 9:05 am']],
    ['utf8', ['13/01/2020', '01/13/2020']],
    ['utf8', ['1/1/2020', '01/13/2020']],
    ['utf8', ['01.02.2020', '01/02/2020']],
    ['utf8', ['30.02.2020', '13.01.2020']],
    ['utf8', ['13.01.20']],
    ['utf8', ['13.01.2020', 'unknown']],
    ['utf8', ['13.01.2020', '13.01.2020 10:00']],
    ['utf8', ['24:00']],
    ['utf8', ['10:00', '10:00:00']],
    ['utf8', ['1.2.3', '13.01.2020 x', '12:30 or so']],
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

  it.each<[string, (string | null)[]]>([
    ['float64 number=$#,##0.00', ['$1,234.50', '$5.00', '-$0.50', null]],
    ['int32 number=$0', ['$5', '$12']],
    ['float64 number=€ 0,00', ['€ 12,50', '€ 3,00']],
    ['float64 number=#.##0,00 €', ['1.234,56 €', '-0,50 €']],
    ['float64 number=USD 0.0', ['USD 12.5', 'USD 1.0']],
    ['int32 number=0EUR', ['100EUR', '50EUR']],
    ['float64 number=0.00 US$', ['1.25 US$', '0.00 US$']],
    ['int32 number=0 %', ['12 %', '-3 %']],
    ['float64 number=0.#%', ['12.5%', '3.25%', '4%']],
    ['float64 number=0.0#%', ['12.0%', '3.25%']],
    ['int32 number=#,##0', ['1,234,567', '12,345', '999']],
    ['int32 number=#,##0', ['45,000', '999']],
    ['int64 number=#,##0', ['9,007,199,254,740,991', '5']],
    ['float64 number=#,##0.0', ['1,234.5', '0.5']],
    ['float64 number=#.##0,#', ['1.234,56', '3', '0,5']],
    ['float64 number=0,00', ['12,34', '-0,00']],
    ["float64 number=#'##0.00", ["1'234.50", '12.00']],
    ['float64 number=#\u00a0##0,0', ['1\u00a0234,5', '0,5']],
    ['float64 number=#\u202f##0,0', ['1\u202f234,5', '0,5']],
    ['int32 number=# ##0', ['10 000', '5 000', '7']],
    ['float64 number=#,##0.00;(#,##0.00)', ['(1,234.00)', '5.00']],
    ['float64 number= $#,##0.00 ; $(#,##0.00)', [' $1,234.50 ', ' $(12.00)']],
    ['float64 number=$#,##0.00;$-#,##0.00', ['$-5.00', '$1,000.00']],
    ['float64 number=#.##0,00;#.##0,00-', ['1.234,00-', '7,00']],
    ['float64 number=+0.0%;-0.0%;0.0%', ['+1.2%', '-0.5%', '0.0%']],
    ['float64 number=0,0;\u22120,0', ['\u22125,0', '3,0']],
    ['int32 number=0 kg', ['5 kg', '12 kg']],
    ['int32 number=0kg', ['5kg', '12kg']],
    ['int32 number=0°C', ['20°C', '-5°C']],
    ['float64 number=0.0 €/kWh', ['3.5 €/kWh']],
    ['int32 number=0 years', ['5 years', '12 years']],
  ])('reads %s from %j', (expected, texts) => {
    expect(inferred(...texts)).toBe(expected);
  });

  it.each<[string, ...string[]]>([
    ['groups that are none', '12,34', '1,234,5'],
    ['groups of other sizes', '1,23,456'],
    ['thousands with marks and without', '$1,234.00', '$1234.00'],
    ['two kinds of blanks', '1 234,5', '12\u00a0000,5'],
    ['several units', '5 kg', '12 g'],
    ['several layouts', '$5.00', '5.00'],
    ['decimals of several kinds', '$1,234.50', '$5'],
    ['a zero in front', '007 kg', '012 kg'],
    ['a minus zero that has no decimals', '-0 kg'],
    ['more digits than are kept', '12345678901234567 kg'],
    ['more decimals than are kept', '$0.12345678901234567'],
    ['phone numbers', '612 345 678', '612 345 679'],
    ['phone numbers with a plus', '+49 30', '+49 31'],
    ['short phone numbers', '+5', '+7'],
    ['postcodes', '110 001', '560 034'],
    ['addresses of machines', '192.168.1.1', '10.0.0.1'],
    ['long addresses of machines', '192.168.100.101', '10.100.100.200'],
    ['versions', '1.2.3', '1.2.4'],
    ['ranges', '10-20', '20-30'],
    ['ratios', '16:9', '4:3'],
    ['marks of schools', '2-', '3'],
    ['notes', '(1)', '(2)'],
    ['names with a number', 'A12', 'A13'],
    ['numbers with a letter', '12a', '13a'],
    ['flights', 'LAX 12', 'LAX 13'],
    ['numbers of things', '#5', '#6'],
    ['days of a month', '5 May', '12 May'],
    ['hours', '5 PM', '11 PM'],
    ['places in an order', '11th', '12th'],
    ['lists', '1,2', '1,2,3'],
  ])('leaves %s as text', (_, ...texts) => {
    expect(inferred(...texts)).toBe('utf8');
  });

  it('leaves numbers as text of which none tells thousands from decimals, unless it is told', () => {
    const read = (texts: string[], decimalMark?: '.' | ',') => {
      const { type, metadata } = inferSchema(['c'], [texts], { decimalMark }).fields[0]!;
      return [typeName(type), metadata.get('rx-augment:either-number') ?? metadata.get('rx-augment:number')];
    };
    expect(read(['1,234', '56,789'])).toEqual(['utf8', '#,##0 or 0,000']);
    expect(read(['1,234', '999'])).toEqual(['utf8', '#,##0 or 0,#']);
    expect(read(['€ 1.234'])).toEqual(['utf8', '€ #.##0 or € 0.000']);
    expect(read(['1,234', '56,789'], '.')).toEqual(['int32', '#,##0']);
    expect(read(['1,234', '56,789'], ',')).toEqual(['float64', '0,000']);
    expect(read(['€ 1.234'], ',')).toEqual(['int32', '€ #.##0']);
    expect(read(['1.234', '5.678'], ',')).toEqual(['int32', '#.##0']);
    expect(read(['1.2', '5.678'], ',')).toEqual(['float64', undefined]);
    expect(read(['1,5', '1,25'], '.')).toEqual(['float64', '0,#']);
  });

  it.each<[string, (string | null)[], string[]?]>([
    ['int32 null=NA', ['1', 'NA', '2', 'NA']],
    ['date32 null=-', ['2020-01-31', '-']],
    ['bool boolean=true/false null=nan', ['true', 'nan']],
    ['float64 number=$0.00 null=N/A', ['$5.00', 'N/A']],
    ['utf8 either-null=NA', ['1', 'NA', null]],
    ['utf8 either-null=?\nNA', ['1', '?', 'NA']],
    ['utf8', ['x', 'NA']],
    ['utf8', ['NA', 'NA']],
    ['utf8', ['1', 'unknown']],
    ['int32 null=unknown', ['1', 'unknown', null], ['unknown']],
    ['int32 null=unknown\nNA', ['1', 'unknown', 'NA', null], ['NA', 'unknown']],
    ['utf8 either-null=unknown\nNA', ['1', 'unknown', 'NA'], ['unknown']],
  ])('finds %s among nulls in %j', (expected, texts, nullMarks = []) => {
    const { type, metadata } = inferSchema(['c'], [texts], { nullMarks, guessNulls: true }).fields[0]!;
    const notes = [...metadata].map(([key, value]) => ` ${key.replace('rx-augment:', '')}=${value}`);
    expect(typeName(type) + notes.join('')).toBe(expected);
  });

  it('takes no text for null unless it may', () => {
    expect(inferred('1', 'NA')).toBe('utf8');
  });

  it('takes the order it is told where no value tells', () => {
    const layoutOf = (texts: string[], order: 'dmy' | 'mdy') =>
      inferSchema(['c'], [texts], { dateOrder: order }).fields[0]!.metadata.get('rx-augment:datetime');
    expect(layoutOf(['01/02/2020'], 'dmy')).toBe('DD/MM/YYYY');
    expect(layoutOf(['01/02/2020'], 'mdy')).toBe('MM/DD/YYYY');
    expect(layoutOf(['13/02/2020'], 'mdy')).toBe('DD/MM/YYYY');
    expect(layoutOf(['13/02/2020', '02/13/2020'], 'mdy')).toBeUndefined();
  });

  it('makes every field nullable', () => {
    expect(inferSchema(['a', 'b'], [['1'], ['x']]).fields.map(({ nullable }) => nullable)).toEqual([true, true]);
  });

  it('makes dates only of texts that come back', () => {
    const text = fc.stringMatching(/^([0-3]?\d[./-][01]?\d[./-]20\d\d)?( [01]?\d:[0-5]\d)?$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const field = inferSchema(['c'], [texts]).fields[0]!;
        const layout = dateLayoutOf(field);
        if (typeName(field.type) === 'utf8' || layout === undefined) return;
        expect(texts.map((value) => layout.write(layout.parse(value)!))).toEqual(texts);
      }),
      { numRuns: 3000 },
    );
  });

  it('makes numbers of a layout only of texts that come back', () => {
    const text = fc.stringMatching(/^(-?\$|\(|-)?[1-9]?\d{0,3}([,. ]\d{1,3}){0,2}([ ]?(kg|%)|\))?$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        const layout = numberLayoutOf(inferSchema(['c'], [texts]).fields[0]!);
        if (layout !== undefined) expect(texts.map((value) => layout.write(layout.parse(value)!))).toEqual(texts);
      }),
      { numRuns: 3000 },
    );
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
