import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  TimeMillisecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint64,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { from, lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { typeName } from '../../src/batches/type-name.js';
import { type ToCsvOptions, toCsv } from '../../src/sinks/to-csv.js';
import { type FromCsvOptions, fromCsv } from '../../src/sources/from-csv.js';
import { batchOf, describeSink } from '../conformance/describe-sink.js';

describeSink({
  name: 'toCsv',
  sink: (target, options) => toCsv(target, options),
  read: (bytes) => {
    const [header, ...rows] = parse(Buffer.from(bytes)) as string[][];
    expect(header).toEqual(['n', 'label']);
    return rows.map(([n, label]) => [Number(n), label as string]);
  },
  empty: { bytes: '' },
});

interface Column {
  readonly data: Data;
  readonly metadata?: Record<string, string>;
}

function batch(columns: Record<string, Column>): RecordBatch {
  const entries = Object.entries(columns);
  const fields = entries.map(
    ([name, { data, metadata = {} }]) => new Field(name, data.type, true, new Map(Object.entries(metadata))),
  );
  const length = entries[0]?.[1].data.length ?? 0;
  const children = entries.map(([, { data }]) => data);
  return new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children }));
}

const values = <T extends DataType>(
  type: T,
  items: readonly (T['TValue'] | null)[],
  metadata?: Record<string, string>,
): Column => ({
  data: vectorFromArray(items as T['TValue'][], type).data[0] as Data,
  ...(metadata && { metadata }),
});

/** Stored numbers as a column. */
const data = <T extends DataType>(
  type: T,
  items: Int32Array | BigInt64Array,
  metadata?: Record<string, string>,
): Column => ({
  data: makeData({ type, length: items.length, data: items } as unknown as Parameters<typeof makeData>[0]),
  ...(metadata && { metadata }),
});

async function csv(batches: RecordBatch[], options: ToCsvOptions = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await lastValueFrom(from(batches).pipe(toCsv(stream, options)));
  return Buffer.concat(chunks).toString();
}

/** The cells of one column, as they are written beside another. */
async function cells(column: Column): Promise<string[]> {
  const beside = values(new Int32(), new Array(column.data.length).fill(0));
  const lines = (await csv([batch({ x: column, beside })])).trimEnd().split('\n');
  return lines.slice(1).map((line) => line.slice(0, -2));
}

/** What `toCsv` writes of what `fromCsv` reads. */
async function copied(text: string, options: FromCsvOptions = {}): Promise<string> {
  return csv([await lastValueFrom(fromCsv(Readable.from([Buffer.from(text)]), options))]);
}

describe('toCsv', () => {
  it('writes a header and rows, quoting what has to be quoted', async () => {
    const text = ['plain', 'a,b', 'say "hi"', 'two\nlines', 'cr\r', ' lead', 'trail ', '', null, 'ü€😀'];
    const file = await csv([
      batch({ 'a "b"': values(new Utf8(), text), n: values(new Int32(), [1, 2, 3, 4, 5, 6, 7, 8, 9, null]) }),
    ]);
    expect(file).toBe(
      '"a ""b""",n\nplain,1\n"a,b",2\n"say ""hi""",3\n"two\nlines",4\n"cr\r",5\n" lead",6\n"trail ",7\n"",8\n,9\nü€😀,\n',
    );
  });

  it('comes back through csv-parse, and is what csv-stringify writes', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...'a ,;"\r\n\t') }),
    );
    const row = fc.record({
      text: fc.option(text),
      number: fc.option(fc.double()),
      integer: fc.option(fc.integer()),
      long: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      flag: fc.option(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n' as const, '\r\n' as const),
        fc.nat(29),
        async (rows, delimiter, lineEnd, cut) => {
          const whole = batch({
            text: values(
              new Utf8(),
              rows.map(({ text }) => text),
            ),
            number: values(
              new Float64(),
              rows.map(({ number }) => number),
            ),
            integer: values(
              new Int32(),
              rows.map(({ integer }) => integer),
            ),
            long: values(
              new Int64(),
              rows.map(({ long }) => long),
            ),
            flag: values(
              new Bool(),
              rows.map(({ flag }) => flag),
            ),
          });
          // Slices have offsets into their buffers and into the bits of booleans and nulls.
          const file = await csv([whole.slice(0, cut), whole.slice(cut)], { delimiter, lineEnd });
          const expected = stringify(rows, {
            delimiter,
            header: true,
            record_delimiter: lineEnd,
            quoted_match: [/^ | $/, /[\r\n]/],
            cast: {
              string: (value) => (value === '' ? { value, quoted_empty: true } : value),
              boolean: String,
              bigint: String,
              number: String,
            },
          });
          expect(file).toBe(expected);
          const back = parse(file, {
            columns: true,
            delimiter,
            cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
          });
          expect(back).toEqual(
            rows.map((row) =>
              Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === null ? null : String(v)])),
            ),
          );
          for (const [i, { number }] of rows.entries())
            if (number !== null && !Object.is(number, -0))
              expect(Number((back as Record<string, string>[])[i]!.number)).toBe(number);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('writes numbers in the shortest form, or with the decimals of the metadata where these do not round', async () => {
    const numbers = [0.1, 1, -2.5, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53];
    expect(await cells(values(new Float64(), numbers))).toEqual(numbers.map(String));
    expect(await cells(values(new Float64(), [-0, 0], { 'rx-augment:decimals': '2' }))).toEqual(['-0.00', '0.00']);
    expect(await cells(values(new Float64(), [1, -0.5, 12.345], { 'rx-augment:decimals': '2' }))).toEqual([
      '1.00',
      '-0.50',
      '12.345',
    ]);
    expect(await cells(values(new Float64(), [1, 2.25], { 'rx-augment:min-decimals': '1' }))).toEqual(['1.0', '2.25']);
  });

  it('writes float32 with the fewest digits that read back the same', async () => {
    expect(await cells(values(new Float32(), [0.1, 16777216, 3.4028234663852886e38, 1e-45]))).toEqual([
      '0.1',
      '16777216',
      '3.4028235e+38',
      '1e-45',
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float(), { minLength: 1 }), async (floats) => {
        const texts = await cells(values(new Float32(), floats));
        for (const [i, text] of texts.entries()) expect(Math.fround(Number(text))).toBe(floats[i]! + 0);
      }),
      { numRuns: 50 },
    );
  });

  it('writes 64-bit integers exactly', async () => {
    const signed = [
      0n,
      -1n,
      2n ** 31n,
      -(2n ** 31n),
      2n ** 53n,
      -(2n ** 53n),
      2n ** 63n - 1n,
      -(2n ** 63n),
      4294967295n,
      -4294967297n,
    ];
    expect(await cells(values(new Int64(), signed))).toEqual(signed.map(String));
    expect(await cells(values(new Uint64(), [0n, 2n ** 63n, 2n ** 64n - 1n]))).toEqual([
      '0',
      String(2n ** 63n),
      String(2n ** 64n - 1n),
    ]);
    expect(await cells(values(new Int32(), [-2147483648, 2147483647, 9, 10, -99, -100]))).toEqual([
      '-2147483648',
      '2147483647',
      '9',
      '10',
      '-99',
      '-100',
    ]);
  });

  it('spells booleans as the metadata says', async () => {
    expect(await cells(values(new Bool(), [true, false, null]))).toEqual(['true', 'false', '']);
    expect(await cells(values(new Bool(), [true, false], { 'rx-augment:boolean': 'True/False' }))).toEqual([
      'True',
      'False',
    ]);
  });

  it('writes dates and times of any unit', async () => {
    expect(await cells(data(new DateDay(), Int32Array.of(0, -1, 18262, 2932896, -719528, -719529)))).toEqual([
      '1970-01-01',
      '1969-12-31',
      '2020-01-01',
      '9999-12-31',
      '0000-01-01',
      '-000001-12-31',
    ]);
    expect(await cells(data(new DateMillisecond(), BigInt64Array.of(86_400_000n, -86_400_000n, 1n)))).toEqual([
      '1970-01-02',
      '1969-12-31',
      '1970-01-01T00:00:00.001',
    ]);
    expect(await cells(data(new TimestampSecond(), BigInt64Array.of(0n, -1n)))).toEqual([
      '1970-01-01T00:00:00',
      '1969-12-31T23:59:59',
    ]);
    expect(await cells(data(new TimestampMillisecond('UTC'), BigInt64Array.of(0n, 1500n, -1n)))).toEqual([
      '1970-01-01T00:00:00Z',
      '1970-01-01T00:00:01.500Z',
      '1969-12-31T23:59:59.999Z',
    ]);
    expect(
      await cells(data(new TimestampMicrosecond(), BigInt64Array.of(1n, 1000n, -1n, 8_999_999_999_999_999n))),
    ).toEqual([
      '1970-01-01T00:00:00.000001',
      '1970-01-01T00:00:00.001',
      '1969-12-31T23:59:59.999999',
      '2255-03-14T15:59:59.999999',
    ]);
    expect(await cells(data(new TimestampNanosecond(), BigInt64Array.of(1_600_000_000_000_000_001n, -1n)))).toEqual([
      '2020-09-13T12:26:40.000000001',
      '1969-12-31T23:59:59.999999999',
    ]);
    expect(await cells(data(new TimeMillisecond(), Int32Array.of(0, 86_399_999, 3_600_000)))).toEqual([
      '00:00:00',
      '23:59:59.999',
      '01:00:00',
    ]);
    const layout = (layout: string) => ({ 'rx-augment:datetime': layout });
    const at = BigInt64Array.of(1_600_000_000_120n);
    const minutes = BigInt64Array.of(1_599_999_960_000n, 1_600_000_000_000n, 1_600_000_000_120n);
    expect(await cells(data(new TimestampMillisecond(), minutes, layout('YYYY-MM-DD HH:mm')))).toEqual([
      '2020-09-13 12:26',
      '2020-09-13 12:26:40',
      '2020-09-13 12:26:40.120',
    ]);
    expect(await cells(data(new TimestampMillisecond('UTC'), at, layout('YYYY-MM-DDTHH:mm:ss.SZ')))).toEqual([
      '2020-09-13T12:26:40.120Z',
    ]);
    expect(await cells(data(new TimestampMillisecond('UTC'), at, layout('YYYY-MM-DDTHH:mm:ss.SSZ')))).toEqual([
      '2020-09-13T12:26:40.12Z',
    ]);
  });

  it('writes what fromCsv has read of numbers with exponents and times with an offset', async () => {
    const text = [
      'python,r,east,west,india',
      '1e-05,1e+05,2024-02-29T00:30:00+02:00,1969-12-31 23:59-05,2020-01-01 10:00:00.123456+0530',
      '-0.0,123456,2024-03-01T01:00:00+02:00,1970-01-01 00:00-05,1960-01-01 00:00:00.000001+0530',
      '2.5,1e-04,,0001-01-01 00:00-05,2020-12-31 23:59:59.000000+0530',
      '',
    ].join('\n');
    const read = await lastValueFrom(fromCsv(Readable.from([Buffer.from(text)])));
    expect(read.schema.fields.map(({ type }) => typeName(type))).toEqual([
      'float64',
      'float64',
      'timestamp[ms, +02:00]',
      'timestamp[ms, -05:00]',
      'timestamp[us, +05:30]',
    ]);
    expect(read.getChild('east')!.get(0)).toBe(Date.parse('2024-02-29T00:30:00+02:00'));
    expect(await csv([read])).toBe(text);
  });

  it.each([
    [
      'numbers as people write them',
      'a,b,c,d\n"$1,234.50",12.5 %,"(1,234.0)","1\u00a0234,5"\n-$5.00,0.1 %,7.0,"0,5"\n',
    ],
    ['amounts padded by blanks', 'a\n" $1,234.50 "\n" $(12.00)"\n'],
    ['marks of nulls', 'a,b,c\nNA,-,x\n1,2020-01-31,?\nNA,-,NA\n'],
    ['nulls of two kinds among texts', 'a,b\n1,NA\n2,\n3,b\n'],
  ])('writes what fromCsv has read of %s', async (_, csv) => {
    expect(await copied(csv)).toBe(csv);
  });

  it('writes each null as most of its column are, and texts like a mark in quotes', async () => {
    const csv = 'a,b,c\n1,NA,"NA"\n?,NA,\nNA,x,\n';
    expect(await copied(csv, { nullValues: ['?', 'NA', ''] })).toBe('a,b,c\n1,NA,"NA"\n?,NA,\n?,x,\n');
    expect(await copied('a\n1\nNA\n', { nullValues: ['NA'] })).toBe('a\n1\nNA\n');
  });

  it('writes in a layout what comes from elsewhere', async () => {
    const layout = (layout: string) => ({ 'rx-augment:number': layout });
    expect(await cells(values(new Float64(), [1234.5, 0.125, Number.NaN, 1e21], layout('$#,##0.00')))).toEqual([
      '"$1,234.50"',
      '$0.125',
      'NaN',
      '1e+21',
    ]);
    expect(await cells(values(new Float32(), [0.1, 1e6], layout('#.##0,# €')))).toEqual(['"0,1 €"', '1.000.000 €']);
    expect(await cells(values(new Int64(), [-(2n ** 62n), 5n], layout("#'##0 kg")))).toEqual([
      "-4'611'686'018'427'387'904 kg",
      '5 kg',
    ]);
  });

  it('writes what fromCsv has read of dates and times of other layouts', async () => {
    const text = [
      'german,british,american,month,long,stamp,clock,half',
      '29.02.2024,31/1/2024,1/31/2024,Jan 1 2000,"May 1, 2024",2024/02/29 09:05:01,09:05,9:05 AM',
      '01.03.0099,1/12/2024,12/1/2024,Feb 1 2000,"June 30, 1999",1969/12/31 23:59:59,23:59,12:00 PM',
      ',13/10/1066,10/13/1066,Sep 1 1899,"August 2, 2024",9999/12/31 00:00:00,,12:30 AM',
      '',
    ].join('\n');
    const read = await lastValueFrom(fromCsv(Readable.from([Buffer.from(text)])));
    const stamps = ['date32', 'date32', 'date32', 'date32', 'date32', 'timestamp[ms]', 'time32[s]', 'time32[s]'];
    expect(read.schema.fields.map(({ type }) => typeName(type))).toEqual(stamps);
    expect([0, 1, 2, 3, 4, 5].map((c) => read.getChildAt(c)!.get(0))).toEqual([
      Date.UTC(2024, 1, 29),
      Date.UTC(2024, 0, 31),
      Date.UTC(2024, 0, 31),
      Date.UTC(2000, 0, 1),
      Date.UTC(2024, 4, 1),
      Date.UTC(2024, 1, 29, 9, 5, 1),
    ]);
    expect(await csv([read])).toBe(text);
  });

  it('writes in ISO 8601 what a layout cannot tell', async () => {
    const layout = (layout: string) => ({ 'rx-augment:datetime': layout });
    const minutes = [Date.UTC(2020, 1, 1, 9, 5), Date.UTC(2020, 1, 1, 9, 5, 7), Date.UTC(12_020, 1, 1)];
    expect(await cells(values(new TimestampMillisecond(), minutes, layout('DD.MM.YYYY HH:mm')))).toEqual([
      '01.02.2020 09:05',
      '2020-02-01T09:05:07',
      '+012020-02-01T00:00:00',
    ]);
    const nanoseconds = BigInt64Array.of(1_600_000_020_000_000_000n, 1_600_000_020_000_000_001n);
    expect(await cells(data(new TimestampNanosecond(), nanoseconds, layout('M/D/YYYY H:mm')))).toEqual([
      '9/13/2020 12:27',
      '2020-09-13T12:27:00.000000001',
    ]);
    expect(await cells(data(new TimeMillisecond(), Int32Array.of(60_000, 60_001), layout('h:mm A')))).toEqual([
      '12:01 AM',
      '00:01:00.001',
    ]);
    const date64 = BigInt64Array.of(BigInt(Date.UTC(2020, 1, 1)), BigInt(Date.UTC(2020, 1, 1, 5)));
    expect(await cells(data(new DateMillisecond(), date64, layout('D.M.YYYY')))).toEqual([
      '1.2.2020',
      '2020-02-01T05:00:00',
    ]);
  });

  it('agrees with Date on every millisecond it spans', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), { minLength: 1 }),
        async (times) => {
          const type = new TimestampMillisecond();
          const data = makeData({ type, length: times.length, data: BigInt64Array.from(times, BigInt) });
          const expected = times.map((ms) => new Date(ms).toISOString().slice(0, -1).replace('.000', ''));
          expect(await cells({ data })).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses a date that no calendar has', async () => {
    const data = makeData({ type: new DateDay(), length: 1, data: Int32Array.of(2 ** 31 - 1) });
    await expect(cells({ data })).rejects.toThrow(RangeError);
  });

  it('writes decimals, dictionaries, views and columns of nulls', async () => {
    const words = (value: bigint) =>
      Array.from({ length: 4 }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i))));
    const amounts = Uint32Array.from([12345n, -5n, 0n, -(10n ** 30n)].flatMap(words));
    const data = makeData({ type: new Decimal(2, 38, 128), length: 4, data: amounts });
    expect(await cells({ data })).toEqual(['123.45', '-0.05', '0.00', `-1${'0'.repeat(28)}.00`]);
    expect(await cells(values(new Dictionary(new Utf8(), new Int32()), ['a', null, 'b, c', 'a']))).toEqual([
      'a',
      '',
      '"b, c"',
      'a',
    ]);
    const [red, green] = [vectorFromArray(['red'], new Utf8()), vectorFromArray(['green', 'x'], new Utf8())];
    const grown = new Vector([red.data[0]!, green.data[0]!]);
    const type = new Dictionary(new Utf8(), new Int32());
    expect(
      await cells({ data: makeData({ type, length: 3, data: Int32Array.of(2, 0, 1), dictionary: grown }) }),
    ).toEqual(['x', 'red', 'green']);
    expect(await cells(values(new Utf8View(), ['short', 'a text that is longer than twelve bytes', null, '']))).toEqual(
      ['short', 'a text that is longer than twelve bytes', '', '""'],
    );
    expect(await cells({ data: makeData({ type: new Null(), length: 2 }) })).toEqual(['', '']);
  });

  it('writes lists, structs and maps as JSON', async () => {
    const list = values(new List(new Field('item', new Int32(), true)), [[1, null, 3], [], null] as never);
    expect(await cells(list)).toEqual(['"[1,null,3]"', '[]', '']);
    const point = new Struct([new Field('x', new Float64(), true), new Field('day', new DateDay(), true)]);
    expect(await cells(values(point, [{ x: 1.5, day: new Date(0) }] as never))).toEqual([
      '"{""x"":1.5,""day"":""1970-01-01""}"',
    ]);
    const pair = values(new FixedSizeList(2, new Field('item', new Int32(), true)), [
      [1, 2],
      [3, 4],
    ] as never);
    expect(await cells({ data: pair.data.slice(1, 1) })).toEqual(['"[3,4]"']);
    const entries = new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]);
    const map = values(new Map_(new Field('entries', entries, false)), [new Map([['a', 1]])] as never);
    expect(await cells(map)).toEqual(['"{""a"":1}"']);
  });

  it('refuses types that CSV cannot hold, naming the column', async () => {
    const column = values(new Binary(), [Uint8Array.of(1)]);
    await expect(csv([batch({ photo: column })])).rejects.toThrow(
      'Expected column `photo` to be of a type that CSV can hold, got `binary`',
    );
    const nested = values(new List(new Field('item', new Binary(), true)), [[Uint8Array.of(1)]] as never);
    await expect(csv([batch({ photos: nested })])).rejects.toThrow(TypeError);
  });

  it('writes a lone null as a pair of quotes, never as a blank line', async () => {
    expect(await csv([batch({ n: values(new Int32(), [1, null, null]) })])).toBe('n\n1\n""\n""\n');
    expect(await csv([batch({ n: { data: makeData({ type: new Null(), length: 2 }) } })])).toBe('n\n""\n""\n');
  });

  it('leaves the header out when asked, and writes it alone for no rows', async () => {
    expect(await csv([batchOf(1)], { header: false })).toBe('0,"row 0, ü"\n');
    expect(await csv([batchOf(0)])).toBe('n,label\n');
    expect(await csv([batchOf(0), batchOf(1)])).toBe('n,label\n0,"row 0, ü"\n');
  });

  it('hands out pieces of about 64 kB, whatever the batch, and fields larger than that', async () => {
    const sizes: number[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        sizes.push(chunk.length);
        done();
      },
    });
    const { bytes } = await lastValueFrom(of(batchOf(50_000)).pipe(toCsv(stream)));
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(70_000);
    expect(sizes.reduce((a, b) => a + b)).toBe(bytes);
    const long = `"${'é'.repeat(200_000)}"`;
    expect(
      parse(await csv([batch({ a: values(new Utf8(), [long, 'x']), b: values(new Utf8(), [long, long]) })])),
    ).toEqual([
      ['a', 'b'],
      [long, long],
      ['x', long],
    ]);
  });

  it.each(['"', '\n', 'ab', '', '.', '7', 'é', '-'])('refuses the delimiter %j', (delimiter) => {
    expect(() => toCsv('x', { delimiter })).toThrow(RangeError);
  });

  it('refuses a line end that is none', () => {
    expect(() => toCsv('x', { lineEnd: '|' as '\n' })).toThrow(RangeError);
  });
});

describe('toCsv to standard output', () => {
  const url = (path: string) => JSON.stringify(pathToFileURL(path).href);
  const program = (rows: number) => `
    import { tableFromArrays } from 'apache-arrow';
    import { from, repeat } from 'rxjs';
    import { fromAsync } from ${url('dist/operators/flow.js')};
    import { toCsv } from ${url('dist/sinks/to-csv.js')};
    const [batch] = tableFromArrays({ n: Int32Array.from({ length: 1000 }, (_, i) => i) }).batches;
    fromAsync(async function* () { for (let i = 0; i < ${rows}; i += 1000) yield batch; }).pipe(toCsv('-')).subscribe({
      next: (written) => console.error(JSON.stringify(written)),
      error: (error) => { console.error(error.code); process.exitCode = 3; },
      complete: () => { console.log('still open'); },
    });`;
  const run = (rows: number) =>
    spawn(process.execPath, ['--input-type=module', '-e', program(rows)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const textOf = async (stream: NodeJS.ReadableStream) => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text;
  };

  it('writes everything to a pipe and leaves standard output open', async () => {
    const child = run(3000);
    const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 3000 + 1);
    expect(lines.at(-1)).toBe('still open');
    expect(JSON.parse(err)).toEqual({
      rows: 3000,
      bytes: out.length - 'still open\n'.length,
      target: 'standard output',
    });
  });

  it('reports a reader that went away as EPIPE', async () => {
    const child = run(1e9);
    const exit = once(child, 'exit');
    const err = textOf(child.stderr);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await err).toBe('EPIPE\n');
    expect((await exit)[0]).toBe(3);
  });
});
