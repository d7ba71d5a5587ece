import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Binary,
  Bool,
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Schema,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { lastValueFrom, of } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { toJsonLines } from '../../src/sinks/to-json-lines.js';
import { fromJsonLines } from '../../src/sources/from-json-lines.js';
import { describeSink } from '../conformance/describe-sink.js';
import { collect, rowsOf } from '../sources/fixtures.js';

describeSink({
  name: 'toJsonLines',
  sink: toJsonLines,
  read: (bytes) => {
    const text = Buffer.from(bytes).toString();
    expect(text === '' || text.endsWith('}\n')).toBe(true);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map(({ n, label }) => [n, label]);
  },
  empty: { bytes: '' },
});

describe('toJsonLines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-augment-json-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x.jsonl');

  const write = async (columns: Record<string, [Field['type'], unknown[], Map<string, string>?]>, options = {}) => {
    const entries = Object.entries(columns);
    const fields = entries.map(([name, [type, , metadata]]) => new Field(name, type, true, metadata));
    const data = entries.map(([, [type, values]]) => vectorFromArray(values, type).data[0]!);
    await lastValueFrom(of(toBatch(new Schema(fields), data[0]!.length, data)).pipe(toJsonLines(path, options)));
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  };

  it('writes plain numbers and nulls, whatever they are elsewhere', async () => {
    const metadata = new Map([
      ['rx-augment:number', '$#,##0.00'],
      ['rx-augment:null', 'NA'],
    ]);
    expect(
      await write({ p: [new Float64(), [1234.5, null], metadata], s: [new Utf8(), [null, 'NA'], metadata] }),
    ).toEqual(['{"p":1234.5,"s":null}', '{"p":null,"s":"NA"}']);
  });

  it('writes every kind of value as JSON has it', async () => {
    const words = new Dictionary(new Utf8(), new Int32());
    const lines = await write({
      b: [new Bool(), [true, null], new Map([['rx-augment:boolean', 'True/False']])],
      f: [new Float64(), [1.5, Number.NaN], new Map([['rx-augment:decimals', '2']])],
      i: [new Int64(), [9007199254740993n, -1n]],
      s: [new Utf8(), ['a"\\\n\u0001ü😀', '']],
      w: [words, ['red', null]],
      d: [new DateDay(), [new Date('2024-02-29'), null]],
      t: [new TimestampMillisecond('UTC'), [0, 1]],
      l: [new List(new Field('item', new Int32(), true)), [[1, null], []]],
      j: [new Utf8(), ['{"x":[1]}', 'null'], new Map([['rx-augment:json', 'true']])],
    });
    expect(lines).toEqual([
      '{"b":true,"f":1.50,"i":9007199254740993,"s":"a\\"\\\\\\n\\u0001ü😀","w":"red","d":"2024-02-29","t":"1970-01-01T00:00:00Z","l":[1,null],"j":{"x":[1]}}',
      '{"b":null,"f":null,"i":-1,"s":"","w":null,"d":null,"t":"1970-01-01T00:00:00.001Z","l":[],"j":null}',
    ]);
  });

  it('leaves nulls out when asked to', async () => {
    const columns = { a: [new Int32(), [1, null, null]], b: [new Utf8(), [null, 'x', null]] } as const;
    const lines = await write(columns as never, { omitNulls: true });
    expect(lines).toEqual(['{"a":1}', '{"b":"x"}', '{}']);
  });

  it('refuses what JSON cannot hold', async () => {
    await expect(write({ x: [new Binary(), [Uint8Array.of(1)]] })).rejects.toThrow(
      'Expected column `x` to be of a type that JSON can hold, got `binary`',
    );
  });

  it('is read back with the same values and types', async () => {
    const record = fc.record({
      text: fc.option(fc.string({ unit: 'grapheme' })),
      number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      integer: fc.option(fc.maxSafeInteger()),
      flag: fc.option(fc.boolean()),
      nested: fc.option(fc.array(fc.jsonValue(), { minLength: 1 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 30 }), async (records) => {
        async function* bytes() {
          yield Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'));
        }
        const batches = await collect(fromJsonLines(bytes()));
        await lastValueFrom(of(...batches).pipe(toJsonLines(path)));
        const again = await collect(fromJsonLines(path));
        expect(rowsOf(again)).toEqual(rowsOf(batches));
        expect(String(again[0]!.schema)).toBe(String(batches[0]!.schema));
        const lines = readFileSync(path, 'utf8').trim().split('\n');
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(records)));
      }),
      { numRuns: 100 },
    );
  });
});
