import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateLayoutOf } from '../../src/batches/date-layout.js';
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
