import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Field, Float64, Int32, Int64, Schema, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { typeName } from '../../src/batches/type-name.js';
import { InputError } from '../../src/errors.js';
import { toJsonLines } from '../../src/sinks/to-json-lines.js';
import { fromJsonLines } from '../../src/sources/from-json-lines.js';
import { describeSource } from '../conformance/describe-source.js';
import { chunksOf, collect, rowsOf, temporaryFolder } from './fixtures.js';

const line = (id: number) => `${JSON.stringify(id % 5 === 0 ? { id, name: null } : { id, name: `name ${id}` })}\n`;

describeSource({
  name: 'fromJsonLines',
  open: fromJsonLines,
  encode: (rows) => Buffer.from(Array.from({ length: rows }, (_, id) => line(id)).join('')),
  damaged: Buffer.from(`${line(1).repeat(20_000)}{"id": }\n`),
  schemaless: true,
});

describe('fromJsonLines', () => {
  const write = temporaryFolder();
  const read = (text: string, options = {}) => collect(fromJsonLines(write('x.jsonl', text), options));
  const types = async (text: string, options = {}) =>
    Object.fromEntries((await read(text, options))[0]!.schema.fields.map(({ name, type }) => [name, typeName(type)]));

  it('infers types from values', async () => {
    const first = { b: true, i: 1, f: 1.5, l: 3_000_000_000, s: '007', d: '2024-02-29', t: '2024-01-01T10:00:00Z' };
    const second = { b: false, i: -2, f: 2, l: 1, s: 'x', d: '1999-12-31', t: '2024-01-01T10:00:01Z' };
    expect(await types(`${JSON.stringify(first)}\n${JSON.stringify(second)}`)).toEqual({
      b: 'bool',
      i: 'int32',
      f: 'float64',
      l: 'int64',
      s: 'utf8',
      d: 'date32',
      t: 'timestamp[ms, UTC]',
    });
  });

  const copied = async (text: string, options = {}) => {
    const path = write('copy.out.jsonl', '');
    await lastValueFrom(of((await read(text, options))[0]!).pipe(toJsonLines(path)));
    return readFileSync(path, 'utf8');
  };

  it('takes texts for numbers that all have one layout, and gives them back as texts', async () => {
    const text = ['{"price":"$1,234.50","n":"12"}\n', '{"price":null,"n":"7"}\n', '{"price":"-$5.00","n":"8"}\n'];
    const [batch] = await read(text.join(''));
    expect(rowsOf([batch!])).toEqual([
      [1234.5, '12'],
      [null, '7'],
      [-5, '8'],
    ]);
    expect(await copied(text.join(''))).toBe(text.join(''));
    for (const value of ['"$7"', '7']) {
      await expect(read(`${text.join('')}{"price":${value}}\n`, { inferRows: 3 })).rejects.toThrow(
        /Expected `float64` as \$#,##0\.00, got `"?\$?7"?`: raise .*line 4, row 4, column `price`/,
      );
    }
  });

  it('takes texts and numbers for a field with a layout, and gives them back as numbers', async () => {
    const schema = { price: new Field('price', new Float64(), true, new Map([['rx-augment:number', '#.##0,00 €']])) };
    expect(await copied('{"price":"1.234,50 €"}\n{"price":0.125}\n{"price":null}\n', { schema })).toBe(
      '{"price":1234.5}\n{"price":0.125}\n{"price":null}\n',
    );
    expect(await types('{"x":"1,234"}\n{"x":"5,678"}', { decimalMark: '.' })).toEqual({ x: 'int32' });
  });

  it('takes the texts it is told for nulls, and gives back what most nulls of a column are', async () => {
    const text =
      '{"a":1,"b":"NA","c":"?"}\n{"a":"NA","b":null,"c":"x"}\n{"a":2,"b":null,"c":"NA"}\n{"a":"?","b":"c"}\n';
    const nullValues = ['NA', '?'];
    expect(rowsOf(await read(text, { nullValues }))).toEqual([
      [1, null, null],
      [null, null, 'x'],
      [2, null, null],
      [null, 'c', null],
    ]);
    expect(await copied(text, { nullValues })).toBe(
      [
        '{"a":1,"b":null,"c":"NA"}\n',
        '{"a":"NA","b":null,"c":"x"}\n',
        '{"a":2,"b":null,"c":"NA"}\n',
        '{"a":"NA","b":"c","c":"NA"}\n',
      ].join(''),
    );
    expect(await types(text)).toEqual({ a: 'utf8', b: 'utf8', c: 'utf8' });
    const schema = new Schema([new Field('a', new Int32(), true)]);
    expect(await copied('{"a":1}\n{"a":"NA"}\n', { nullValues, schema })).toBe('{"a":1}\n{"a":"NA"}\n');
  });

  it('takes texts for dates and times of day that all have one layout', async () => {
    const records = [
      { day: 'Jun 12 1998', at: '2001/01/10 18:20', clock: '09:30', either: '1/2/2020' },
      { day: 'Aug 07 1998', at: null, clock: '23:59', either: '3/4/2020' },
    ];
    const [batch] = await read(JSON.stringify(records));
    expect(batch!.schema.fields.map((field) => [typeName(field.type), ...field.metadata.values()])).toEqual([
      ['date32', 'MMM DD YYYY'],
      ['timestamp[ms]', 'YYYY/MM/DD HH:mm'],
      ['time32[s]', 'HH:mm'],
      ['utf8', 'D/M/YYYY or M/D/YYYY'],
    ]);
    const path = write('dates.out.jsonl', '');
    await lastValueFrom(of(batch!).pipe(toJsonLines(path)));
    expect(readFileSync(path, 'utf8')).toBe(
      [
        '{"day":"Jun 12 1998","at":"2001/01/10 18:20","clock":"09:30","either":"1/2/2020"}',
        '{"day":"Aug 07 1998","at":null,"clock":"23:59","either":"3/4/2020"}',
        '',
      ].join('\n'),
    );
  });

  it('takes a name that is missing for null, and columns in the order in which names appear', async () => {
    const batches = await read('{"a":1}\n\n{"b":"x","a":null}\r\n{"constructor":5}\n{}\n');
    expect(batches[0]?.schema.names).toEqual(['a', 'b', 'constructor']);
    expect(rowsOf(batches)).toEqual([
      [1, null, null],
      [null, 'x', null],
      [null, null, 5],
      [null, null, null],
    ]);
  });

  it('keeps integers beyond 2^53 exactly, and those beyond 64 bits as text', async () => {
    const batches = await read('{"a":9007199254740993,"b":-9223372036854775808,"c":9223372036854775808}\n');
    expect(rowsOf(batches)).toEqual([[9007199254740993n, -9223372036854775808n, '9223372036854775808']]);
    expect(batches[0]?.schema.fields[2]?.metadata.get('rx-augment:json')).toBe('true');
    expect(rowsOf(await read('{"a":0.12345678901234567890,"b":"1234567890123456789","c":-0}'))).toEqual([
      [0.12345678901234568, '1234567890123456789', -0],
    ]);
  });

  it('keeps arrays, objects and values of several kinds as JSON text', async () => {
    const batches = await read('{"a":[1, {"b":null}],"m":"5"}\n{"a":{"x":12345678901234567890},"m":5}\n');
    expect(rowsOf(batches)).toEqual([
      ['[1,{"b":null}]', '"5"'],
      ['{"x":12345678901234567890}', '5'],
    ]);
  });

  it('reads an array of records as their lines, however it is cut', async () => {
    const records = [{ a: 1, b: 'x, ]}"\\' }, { a: 2, b: '[{\n' }, { a: 3 }];
    const lines = rowsOf(await read(records.map((record) => JSON.stringify(record)).join('\n')));
    for (const text of [JSON.stringify(records), `\ufeff\n ${JSON.stringify(records, null, 2)}\n`]) {
      for (const size of [1, 7, 1000]) {
        expect(rowsOf(await collect(fromJsonLines(Readable.from(chunksOf(Buffer.from(text), size)))))).toEqual(lines);
      }
    }
  });

  it.each([
    ['[{"a":1}', /^Expected the array to be closed, got the end of the input/],
    ['[{"a":1}]\n{"a":2}', /^Expected the end of the input after the array, got \{ \(.*line 2\)$/],
    ['[{"a":1},,{"a":2}]', /^Expected an element of the array, got ,/],
    ['[{"a":1},]', /^Expected an element of the array, got \]/],
    ['[{"a":1},\n\n5]', /^Expected a JSON object in a line, got 5 \(.*line 3, row 2\)$/],
    ['[]', /^Expected at least one record, got an empty input/],
  ])('refuses the array %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('reads what the schema asks for', async () => {
    const given = { a: new Utf8(), b: new Float64(), z: new Int64() };
    expect(await types('{"a":1,"b":2,"c":3}', { schema: given })).toEqual({
      a: 'utf8',
      b: 'float64',
      c: 'int32',
      z: 'int64',
    });
    const schema = new Schema([new Field('n', new Int32(), false)]);
    expect((await read('', { schema })).map(({ numRows }) => numRows)).toEqual([0]);
    await expect(read('{"n":1}\n{}', { schema })).rejects.toThrow(/^Expected a value, got null \(.*line 2, row 2/);
    await expect(read('{"n":1,"m":2}', { schema })).rejects.toThrow('got another one (');
  });

  it.each([
    ['{"a":1}\n{"a":"x"}', /^Expected `int32`, got `"x"`: raise `inferRows` \(1\).*line 2, row 2, column `a`\)$/],
    ['{"a":1}\n{"a":1.5}', /^Expected `int32`, got `1.5`/],
    ['{"a":1}\n{"a":3000000000}', /^Expected `int32`, got `3000000000`/],
    ['{"a":"2024-01-01"}\n{"a":"soon"}', /^Expected `date32`, got `"soon"`/],
    ['{"a":"x"}\n{"a":5}', /^Expected `utf8`, got `5`/],
    [
      '{"a":1}\n\n{"b":1}',
      /^Expected the columns of earlier records, got another one: raise .*line 3, row 2, column `b`/,
    ],
    ['{"a":1}\n[1]', /^Expected a JSON object in a line, got \[1\] \(.*line 2, row 2\)$/],
    [
      '{\n  "a": 1\n}',
      /^Expected a JSON object in a line, got: [^\n]*; records of several lines have to be in an array \(/,
    ],
    ['{"a":1}\n{"a":1,}', /^Expected a JSON object in a line, got: [^\n]* \(.*line 2, row 2\)$/],
    ['{"a":1}\n{"a":1', /^Expected a JSON object in a line, got: [^\n]* \(.*line 2, row 2\)$/],
    ['{"a":1e9999}', /too large/],
    ['\n \n', /^Expected at least one record, got an empty input/],
  ])('refuses %j in one line', async (text, message) => {
    const error: unknown = await read(text, { inferRows: 1 }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
  });

  it('reads any records that JSON.stringify writes', async () => {
    const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null), fc.bigInt());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ 'a ü"': scalar, b: fc.jsonValue() }), { minLength: 1 }),
        async (records) => {
          const text = records.map((record) => stringify(record)).join('\n');
          const batches = await read(text);
          const isJson = batches[0]!.schema.fields.map(({ metadata }) => metadata.has('rx-augment:json'));
          const back = rowsOf(batches).map((row) => row.map((cell, c) => (isJson[c] ? parse(cell) : stringify(cell))));
          expect(back).toEqual(records.map((record) => Object.values(record).map((value) => parse(stringify(value)))));
        },
      ),
      { numRuns: 200 },
    );

    function stringify(value: unknown): string {
      return JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `big:${member}` : member)).replace(
        /"big:(-?\d+)"/g,
        '$1',
      );
    }
    function parse(text: unknown): string {
      return text === null ? 'null' : String(text);
    }
  });
});
