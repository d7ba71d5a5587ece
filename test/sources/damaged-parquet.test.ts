import fc from 'fast-check';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { fromParquet } from '../../src/sources/from-parquet.js';
import { chunksOf, collect, rowsOf } from './fixtures.js';

const rows = Array.from({ length: 60 }, (_, row) => row);
const gaps = <T>(values: readonly T[]) => values.map((value, row) => (row % 7 === 3 ? null : value));
const columns: Record<string, ColumnSource[]> = {
  words: [{ name: 'word', data: gaps(rows.map((row) => `word ${row % 3}`)), type: 'STRING' }],
  same: [{ name: 'same', data: rows.map(() => 'one'), type: 'STRING' }],
  truth: [{ name: 'is', data: gaps(rows.map((row) => row % 20 < 10)), type: 'BOOLEAN', encoding: 'RLE' }],
  delta: [
    { name: 'id', data: gaps(rows), type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
    { name: 'long', data: rows.map(BigInt), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' },
  ],
  texts: [{ name: 'text', data: rows.map((row) => `text ${row}`), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' }],
};

/** What reading comes to, its values looked at one by one. */
async function outcome(bytes: Uint8Array): Promise<string | Error> {
  try {
    return `${rowsOf(await collect(fromParquet(chunksOf(bytes, 4096)))).length} rows`;
  } catch (error) {
    return error as Error;
  }
}

function expectRowsOrOneLine(found: string | Error): void {
  if (typeof found === 'string') expect(found).toMatch(/^\d+ rows$/);
  else {
    expect(found).toBeInstanceOf(InputError);
    expect(found.message).toMatch(/^Expected [^\n]+$/);
  }
}

describe.each(['UNCOMPRESSED', 'SNAPPY'] as const)('fromParquet, of damaged pages, %s', (codec) => {
  it.each(Object.entries(columns))('ends wherever a count of %s is endless', async (_, columnData) => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec }));
    expect(await outcome(bytes)).toBe('60 rows');
    // As a count of a run, of parts, of items or of bytes 2^31 or more, odd and even.
    for (const first of [0xfe, 0xff])
      for (let at = 4; at < bytes.length - 12; at += 1) {
        const damaged = Uint8Array.from(bytes);
        damaged.set([first, 0xff, 0xff, 0xff, 0x0f], at);
        expectRowsOrOneLine(await outcome(damaged));
      }
  });

  it('says so in one line or gives rows, whatever bytes are others', async () => {
    const files = Object.values(columns).map(
      (columnData) => new Uint8Array(parquetWriteBuffer({ columnData, codec, rowGroupSize: 25 })),
    );
    const change = fc.record({
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (bytes, changes) => {
          const damaged = Uint8Array.from(bytes);
          for (const { place, byte } of changes) damaged[Math.floor(place * bytes.length)] = byte;
          expectRowsOrOneLine(await outcome(damaged));
        },
      ),
      { numRuns: 300 },
    );
  });
});
