import { readFileSync } from 'node:fs';
import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  Schema,
  TimeMicrosecond,
  TimeSecond,
  TimestampSecond,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameSchema } from '../../src/batches/same-schema.js';
import { typeName } from '../../src/batches/type-name.js';
import { InputError, SchemaMismatchError } from '../../src/errors.js';
import { type FromCsvOptions, fromCsv } from '../../src/sources/from-csv.js';
import { describeSource } from '../conformance/describe-source.js';
import { chunksOf, collect, rowsOf, temporaryFolder } from './fixtures.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = async (text: string | Uint8Array, options?: FromCsvOptions, size = 1000) =>
  collect(fromCsv(chunksOf(typeof text === 'string' ? bytes(text) : text, size), options));
const rows = async (text: string, options?: FromCsvOptions) => rowsOf(await read(text, options));
const typesOf = async (text: string, options?: FromCsvOptions) =>
  (await read(text, options))[0]?.schema.fields.map(({ type }) => typeName(type));

describeSource({
  name: 'fromCsv',
  open: fromCsv,
  encode: (rows) =>
    bytes(`id,name\n${Array.from({ length: rows }, (_, i) => `${i},${i % 5 === 0 ? '' : `name ${i}`}\n`).join('')}`),
  damaged: bytes('id,name\n1,a\n2,b\n3\n'),
});

describe('fromCsv', () => {
  const write = temporaryFolder();

  it('agrees with csv-parse on quotes, line ends and embedded lines', async () => {
    const text = fc.stringMatching(/^[ab,"\n\r é😀0]{0,6}$/u);
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (values, lineEnd, final, size) => {
          const header = (values[0] ?? []).map((_, i) => `c${i}`);
          const csv =
            [header, ...values]
              .map((row) => row.map((value) => (/[",\n\r]/.test(value) ? quoted(value) : value)).join(','))
              .join(lineEnd) + (final ? lineEnd : '');
          const oracle: string[][] = parse(csv, { record_delimiter: lineEnd, bom: true });
          expect(oracle.slice(1)).toEqual(values);
          const schema = Object.fromEntries(header.map((name) => [name, new Utf8()]));
          const batches = await read(csv, { schema, nullValues: [] }, size);
          expect(rowsOf(batches)).toEqual(values);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agrees with csv-parse on plain and quoted records in turn, cut at every byte, for any delimiter and batch', async () => {
    const values = Array.from({ length: 40 }, (_, i) => [
      String(i),
      i % 7 === 0 ? '' : `${i}.50`,
      i % 5 === 0 ? `say "é${i}"\r\n, ok` : `text ${i}`,
    ]);
    for (const [delimiter, lineEnd] of [
      [',', '\n'],
      [';', '\r\n'],
      ['\u00b6', '\n'],
    ] as const) {
      const cell = (value: string) =>
        /["\n\r]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
      const csv = `${[['a', 'b', 'c'], ...values].map((row) => row.map(cell).join(delimiter)).join(lineEnd)}${lineEnd}`;
      const oracle: string[][] = parse(csv, { delimiter, record_delimiter: lineEnd, from_line: 2 });
      expect(oracle).toEqual(values);
      const expected = values.map(([a, b, c]) => [Number(a), b === '' ? null : Number(b), c]);
      for (const batchRows of [1, 3, 4096]) {
        for (const size of [1, 2, 5, 64, 10_000]) {
          const batches = await read(csv, { delimiter, batchRows }, size);
          expect(rowsOf(batches)).toEqual(expected);
          expect(batches.slice(0, -1).every(({ numRows }) => numRows === Math.min(batchRows, 40))).toBe(true);
        }
      }
    }
  });

  it('reads every spelling of a number as JavaScript does', async () => {
    const texts = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer().map(String),
      fc.stringMatching(/^-?\d{1,18}(\.\d{1,18})?$/),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 20 }), async (values) => {
        const found = await rows(`v\n${values.join('\n')}\n`, { schema: { v: new Float64() } });
        expect(found).toEqual(values.map((text) => [Number(text)]));
      }),
      { numRuns: 200 },
    );
  });

  it('reads a real file as csv-parse does', async () => {
    const path = new URL('../../node_modules/vega-datasets/data/birdstrikes.csv', import.meta.url).pathname;
    const oracle: string[][] = parse(readFileSync(path), { from_line: 2 });
    const batches = await collect(fromCsv(path));
    const names = batches[0]?.schema.names ?? [];
    const dates = names.indexOf('Flight Date');
    const found = rowsOf(batches).map((row) =>
      row.map((value, c) => (c === dates ? new Date(value as number).toISOString().slice(0, 10) : String(value ?? ''))),
    );
    expect(found).toEqual(oracle);
    expect(typeName(batches[0]!.schema.fields[dates]!.type)).toBe('date32');
  });

  it('tells an empty field from a quoted empty text', async () => {
    expect(await rows('a,b\n,""\n"",x\n')).toEqual([
      [null, ''],
      ['', 'x'],
    ]);
  });

  it('takes the nulls it is told, unless quoted', async () => {
    expect(await rows('a,b\n1,NA\nNA,"NA"\n,x\n', { nullValues: ['NA', ''] })).toEqual([
      [1, null],
      [null, 'NA'],
      [null, 'x'],
    ]);
    expect(await rows('a,b\n,x\n', { nullValues: [] })).toEqual([['', 'x']]);
  });

  it('reads numbers as people write them, and says where one is not in the layout of the others', async () => {
    const csv = 'price,weight,n\n"$1,234.50",5 kg,1\n$5.00,12 kg,2\n';
    expect(await rows(csv)).toEqual([
      [1234.5, 5, 1],
      [5, 12, 2],
    ]);
    expect(await typesOf(csv)).toEqual(['float64', 'int32', 'int32']);
    const later = await read(`${csv}$7,8 kg,3\n`, { inferRows: 2 }).catch((error: unknown) => error);
    expect(later).toBeInstanceOf(InputError);
    expect((later as InputError).message).toBe(
      'Expected `float64` as $#,##0.00, got `$7`: raise `inferRows` (2) or give its type in `schema` (input, line 4, row 3, column `price`)',
    );
    await expect(read(`${csv}$7.00,3000000000 kg,3\n`, { inferRows: 2 })).rejects.toThrow('Expected `int32` as 0 kg');
    expect(await typesOf(csv, { schema: { price: new Utf8() } })).toEqual(['utf8', 'int32', 'int32']);
    expect(await rows('n;x\n1,234;a\n5,678;b\n', { delimiter: ';', decimalMark: ',' })).toEqual([
      [1.234, 'a'],
      [5.678, 'b'],
    ]);
  });

  it.each([1, 4, 1000])('reads numbers of any layout alike in pieces of %i bytes', async (size) => {
    const csv = 'a,b,c\n"12\u00a0345,5",(1),+1.0%\n"0,25",2,-0.5%\n7,(3),0.0%\n';
    expect(rowsOf(await read(csv, {}, size))).toEqual([
      [12345.5, -1, 1],
      [0.25, 2, -0.5],
      [7, -3, 0],
    ]);
  });

  it('reads numbers in the layout of a field it is given, with other decimals too', async () => {
    const field = (type: Float64 | Int64 | Int8, layout: string) =>
      new Field('x', type, true, new Map([['rx-augment:number', layout]]));
    const csv = 'x\n"1.234,5 €"\n"-0,125 €"\n';
    expect(await rows(csv, { schema: { x: field(new Float64(), '#.##0,00 €') } })).toEqual([[1234.5], [-0.125]]);
    expect(await rows('x\n"9,007,199,254,740,991"\n', { schema: { x: field(new Int64(), '#,##0') } })).toEqual([
      [9007199254740991n],
    ]);
    await expect(read(csv, { schema: { x: field(new Float64(), '$0.00') } })).rejects.toThrow(
      'Expected `float64` as $0.00, got `1.234,5 €` (input, line 2, row 1, column `x`)',
    );
    await expect(read('x\n200 kg\n', { schema: { x: field(new Int8(), '0 kg') } })).rejects.toThrow('`int8` as 0 kg');
  });

  it('reads as null the one mark that stands among numbers, quoted or not, and keeps it', async () => {
    const [batch] = await read('n,day,x,y\n1,2020-01-31,NA,1\nNA,-,b,\n"NA",2020-02-01,c,NA\n');
    expect(rowsOf([batch!]).map(([n, , x, y]) => [n, x, y])).toEqual([
      [1, 'NA', '1'],
      [null, 'b', null],
      [null, 'c', 'NA'],
    ]);
    const { fields } = batch!.schema;
    expect(fields.map(({ type }) => typeName(type))).toEqual(['int32', 'date32', 'utf8', 'utf8']);
    expect(fields.map(({ metadata }) => metadata.get('rx-augment:null'))).toEqual(['NA', '-', undefined, undefined]);
    expect(fields[3]!.metadata.get('rx-augment:either-null')).toBe('NA');
  });

  it('refuses a later empty field where it would come back as a mark', async () => {
    await expect(read('n,x\n1,a\nNA,b\n,c\n', { inferRows: 2 })).rejects.toThrow(
      'Expected `int32` or `NA`, got null: raise `inferRows` (2) or give its type in `schema` (input, line 4, row 3, column `n`)',
    );
    const options = { inferRows: 2, nullValues: ['NA', ''] };
    expect(await rows('n,x\n1,a\nNA,b\n,c\n', options)).toEqual([
      [1, 'a'],
      [null, 'b'],
      [null, 'c'],
    ]);
    const schema = { n: new Field('n', new Int32(), true, new Map([['rx-augment:null', 'NA']])) };
    expect(await rows('n,x\n1,a\nNA,b\n,c\n', { schema })).toEqual([
      [1, 'a'],
      [null, 'b'],
      [null, 'c'],
    ]);
  });

  it('keeps what most nulls of a column are written as, else the first it is told', async () => {
    const csv = 'a,b,c\nN,,x\nNA,1,NA\nNA,,y\n';
    const marksOf = async (options: FromCsvOptions) =>
      (await read(csv, options))[0]!.schema.fields.map(({ metadata }) => metadata.get('rx-augment:null')?.split('\n'));
    expect(await marksOf({ nullValues: ['N', 'NA', ''] })).toEqual([
      ['NA', 'N', ''],
      ['', 'N', 'NA'],
      ['NA', 'N', ''],
    ]);
    expect(await marksOf({ nullValues: ['N', 'NA', ''], inferRows: 1 })).toEqual([
      ['N', 'NA', ''],
      ['', 'N', 'NA'],
      ['N', 'NA', ''],
    ]);
    expect(await marksOf({ nullValues: ['', 'x'], schema: { a: new Utf8(), c: new Utf8() } })).toEqual([
      ['', 'x'],
      ['', 'x'],
      ['x', ''],
    ]);
    const schema = new Schema(['a', 'b', 'c'].map((name) => new Field(name, new Utf8(), true)));
    expect(await marksOf({ nullValues: ['NA', ''], schema })).toEqual(Array(3).fill(['NA', '']));
  });

  it('passes over blank lines at the end and reads those between as nulls of a single column', async () => {
    expect(await rows('a,b\n1,2\n\n\r\n')).toEqual([[1, 2]]);
    expect(await rows('a\n1\n\n\n2\n\n\n')).toEqual([[1], [null], [null], [2]]);
    expect(await rows('a\n1\n""\n2\n""\n')).toEqual([[1], [null], [2], [null]]);
    expect(await rows('a\n""\nx\n', { nullValues: [] })).toEqual([[''], ['x']]);
    await expect(read('a,b\n1,2\n\n3,4\n')).rejects.toThrow('Expected 2 fields, got a blank line (input, line 3)');
  });

  it('drops a byte order mark, also one cut in pieces', async () => {
    for (const size of [1, 2, 3, 100])
      expect((await read('\ufeffa,b\n1,2\n', {}, size))[0]?.schema.names).toEqual(['a', 'b']);
  });

  it('keeps a mark and wide characters that stand later', async () => {
    expect(await rows('a,b\nx\ufeff,é😀\n')).toEqual([['x\ufeff', 'é😀']]);
  });

  it('keeps spaces after a comma as text', async () => {
    expect(await typesOf('a,b\n1, 2\n3, 4\n')).toEqual(['int32', 'utf8']);
    expect(await rows('a,b\n1, 2\n')).toEqual([[1, ' 2']]);
  });

  it('splits at tabs in files that end in .tsv, and where told', async () => {
    expect(rowsOf(await collect(fromCsv(write('x.tsv', 'a\tb\n1\tx,y\n'))))).toEqual([[1, 'x,y']]);
    expect(await rows('a;b\n1;2\n', { delimiter: ';' })).toEqual([[1, 2]]);
    expect(() => fromCsv('x', { delimiter: '::' })).toThrow(RangeError);
  });

  it('reads columns without values, and a file of a header alone, as utf8', async () => {
    expect(await typesOf('a,b\n,1\n')).toEqual(['utf8', 'int32']);
    expect(await typesOf('a,b\n')).toEqual(['utf8', 'utf8']);
    expect(await typesOf('a,b', { schema: { b: new Int32() } })).toEqual(['utf8', 'int32']);
  });

  it.each([
    ['a ragged row', 'a,b\n1,2\n"x\ny",3\n4\n', 'Expected 2 fields, got 1 (input, line 5)'],
    ['too many fields', 'a,b\n1,2,3\n', 'Expected 2 fields, got 3 (input, line 2)'],
    [
      'an unclosed quote',
      'a,b\n"x\ny",1\nz,"open\n2,3\n',
      'Expected the quote opened here to be closed, got the end of the input (input, line 4)',
    ],
    [
      'text after a quote',
      'a,b\n1,"x"y\n',
      'Expected a delimiter or a line end after a closing quote, got "y" (input, line 2)',
    ],
    [
      'a quote inside a field',
      'a,b\n1,5" pipe\n',
      'Expected a field with a quote in it to be quoted as a whole (input, line 2)',
    ],
    ['no header', '', 'Expected a header line, got an empty input (input)'],
    ['blank lines alone', '\n\n', 'Expected a header line, got an empty input (input)'],
    ['a blank line first', '\na,b\n', 'Expected a header, got a blank line (input, line 1)'],
    ['a repeated name', 'a,b,a\n', 'Expected different names for all columns, got `a` twice (input, line 1)'],
    [
      'a second missing name',
      ',a,\n',
      'Expected every column but one to have a name, got none for column 3 too (input, line 1)',
    ],
    ['another delimiter', 'a;b\n1,5;2\n', 'Expected 1 field, got 2: is `delimiter` ";"? (input, line 2)'],
  ])('names the line of %s', async (_, text, message) => {
    for (const size of [1, 3, 1000]) {
      const error: unknown = await read(text, {}, size).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toBe(message);
    }
  });

  it('reads row names without a name, as pandas writes them', async () => {
    const [batch] = await read(',a\n0,x\n1,y\n');
    expect(batch!.schema.names).toEqual(['', 'a']);
    expect(batch!.getChildAt(0)!.toJSON()).toEqual([0, 1]);
  });

  it('names the line of bytes that are no text, whatever the chunking', async () => {
    const bad = Uint8Array.from([...bytes('a,b\n1,é\n2,'), 0xe9, ...bytes('\n3,x\n')]);
    for (const size of [4, 9, 1000]) {
      await expect(read(bad, {}, size)).rejects.toThrow(
        'Expected text in utf-8, got other bytes: give `encoding` (input, line 3)',
      );
    }
    await expect(read(Uint8Array.from([...bytes('a\nx\n'), 0xc3]))).rejects.toThrow('(input, line 3)');
    const latin = Uint8Array.from([...bytes('a\ncaf'), 0xe9]);
    expect(rowsOf(await read(latin, { encoding: 'windows-1252' }))).toEqual([['café']]);
    expect(() => fromCsv('x', { encoding: 'klingon' })).toThrow(RangeError);
  });

  it('says which later value the inferred type cannot hold', async () => {
    const text = 'n,s\n1,"a\nb"\n2,b\n99999999999,c\n';
    await expect(read(text, { inferRows: 2 })).rejects.toThrow(
      'Expected `int32`, got `99999999999`: raise `inferRows` (2) or give its type in `schema` (input, line 5, row 3, column `n`)',
    );
    const error = (await read(text, { inferRows: 2, batchRows: 1 }).catch((error: unknown) => error)) as InputError;
    expect(error.position).toEqual({ source: 'input', line: 5, row: 3, column: 'n' });
    expect(await typesOf(text, { inferRows: 3 })).toEqual(['int64', 'utf8']);
    expect(await typesOf(text, { inferRows: 2, schema: { n: new Int64() } })).toEqual(['int64', 'utf8']);
  });

  it.each([
    ['0.25', '0.1'],
    ['0.25', '1e5', '7'],
    ['0.25', 'NaN'],
    ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'],
  ])('takes later values that mean the same written back: %s ...', async (...texts) => {
    const batches = await read(`v\n${texts.join('\n')}\n`, { inferRows: 1 });
    expect(batches[0]?.numRows).toBe(texts.length);
  });

  it.each([
    ['1', '007'],
    ['1', '+5'],
    ['1', '-0'],
    ['1', '1.5'],
    ['1.5', '1.55'],
    ['1.5', 'x'],
    ['true', 'True'],
    ['2020-01-01', '2020-02-30'],
    ['2020-01-01T00:00', '2020-01-01T00:00:30'],
    ['2020-01-01T00:00:00', '2020-01-01T00:00:00Z'],
    ['31.12.2020', '1.12.2020'],
    ['31.12.2020', '12.31.2020'],
    ['31.12.2020', '2020-12-31'],
    ['9:30 AM', '09:30 AM'],
    ['09:30', '24:30'],
  ])('refuses a later value that does not: %s, %s', async (first, later) => {
    await expect(read(`v\n${first}\n${later}\n`, { inferRows: 1 })).rejects.toThrow(/got `.*`: raise `inferRows`/);
  });

  it('says the layout that a date does not have', async () => {
    await expect(read('day,n\n31.12.2020,1\nsoon,2\n', { inferRows: 1 })).rejects.toThrow(
      'Expected `date32` as DD.MM.YYYY, got `soon`: raise `inferRows` (1) or give its type in `schema` (input, line 3, row 2, column `day`)',
    );
  });

  it('leaves dates as text of which none tells day from month, and later ones too', async () => {
    const batches = await read('d\n01/02/2020\n13/02/2020\n', { inferRows: 1 });
    expect(rowsOf(batches)).toEqual([['01/02/2020'], ['13/02/2020']]);
    expect(batches[0]?.schema.fields[0]?.metadata.get('rx-augment:either-date')).toBe('DD/MM/YYYY or MM/DD/YYYY');
  });

  it('reads dates in the layout of a field it is given', async () => {
    const field = new Field('d', new DateDay(), true, new Map([['rx-augment:datetime', 'DD/MM/YYYY']]));
    for (const schema of [{ d: field }, new Schema([field])]) {
      expect(rowsOf(await read('d\n01/02/2020\n', { schema }))).toEqual([[Date.UTC(2020, 1, 1)]]);
      await expect(read('d\n02/13/2020\n', { schema })).rejects.toThrow(
        /^Expected `date32` as DD\/MM\/YYYY, got `02\/13/,
      );
    }
  });

  it('reads times of day in the unit of their type', async () => {
    const schema = { s: new TimeSecond(), us: new TimeMicrosecond() };
    expect(rowsOf(await read('s,us\n01:00:01,01:00:01\n', { schema }))).toEqual([[3601, 3_601_000_000n]]);
  });

  it('reads the types it is given in any plain spelling', async () => {
    const schema = new Schema([
      new Field('i', new Int8(), false),
      new Field('u', new Uint64(), true),
      new Field('f', new Float64(), true),
      new Field('t', new TimestampSecond(), true),
      new Field('b', new Bool(), true),
      new Field('d', new DateDay(), true),
    ]);
    const header = 'i,u,f,t,b,d\n';
    const batches = await read(
      `${header}+007,18446744073709551615,.5,2020-01-01 10:00,TRUE,1969-12-31\n-8,,1.,,false,\n`,
      { schema },
    );
    expect(sameSchema(schema, batches[0]!.schema)).toBeUndefined();
    expect(rowsOf(batches)).toEqual([
      [7, 18446744073709551615n, 0.5, Date.UTC(2020, 0, 1, 10), true, -86_400_000],
      [-8, null, 1, null, false, null],
    ]);
    await expect(read(`${header}128,,,,,\n`, { schema })).rejects.toThrow(
      'Expected `int8`, got `128` (input, line 2, row 1, column `i`)',
    );
    await expect(read(`${header},,,,,\n`, { schema })).rejects.toThrow(
      'Expected a value, got null (input, line 2, row 1, column `i`)',
    );
  });

  it('refuses an unknown order of dates', () => {
    expect(() => fromCsv('in.csv', { nullValues: 'NA' as unknown as string[] })).toThrow(
      new TypeError('Expected `nullValues` to be a list of texts, got string'),
    );
    expect(() => fromCsv('in.csv', { dateOrder: 'ymd' as 'dmy' })).toThrow(
      'Expected `dateOrder` to be dmy or mdy, got ymd',
    );
  });

  it('refuses a schema with other columns', async () => {
    await expect(read('a,b\n1,2\n', { schema: { c: new Int32() } })).rejects.toThrow(SchemaMismatchError);
    const schema = new Schema([new Field('b', new Int32(), true), new Field('a', new Int32(), true)]);
    await expect(read('a,b\n1,2\n', { schema })).rejects.toThrow(
      'Expected the columns of `schema`, but column `b` is at position 2 where 1 was expected (input)',
    );
    await expect(read('a,b\n1,2\n', { schema })).rejects.toMatchObject({ column: 'b' });
  });

  it('stops at a quote that never ends before it fills the memory', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytes('a,b\n1,2\n3,"');
      for (;;) yield new Uint8Array(2 ** 20).fill(120);
    }
    await expect(collect(fromCsv(endless()))).rejects.toThrow(/never closed\? \(input, line 3\)$/);
  });

  it('gives way to the event loop while it infers the types of columns and reads them', async () => {
    const columns = Array.from({ length: 50 }, (_, i) => `c${i}`);
    let turns = 0;
    let counting = true;
    const count = () => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await read(`${columns.join()}\n${`${columns.map((_, i) => i).join()}\n`.repeat(10_000)}`);
    counting = false;
    // One turn for 4 ms of work; nothing else of it waits for the system.
    expect(turns).toBeGreaterThan(8);
  });
});
