import fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { describe, expect, it } from 'vitest';
import { readRuns } from '../../src/sources/read-runs.js';

function readerOf(bytes: readonly number[] | Uint8Array) {
  return { view: new DataView(Uint8Array.from(bytes).buffer), offset: 0 };
}

describe('readRuns', () => {
  it('reads what a writer writes', () => {
    const runs = fc.integer({ min: 1, max: 24 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        runs: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.integer({ min: 1, max: 20 }))),
      }),
    );
    fc.assert(
      fc.property(runs, ({ width, runs }) => {
        const values = runs.flatMap(([value, times]) => Array<number>(times).fill(value));
        const writer = new ByteWriter();
        writeRleBitPackedHybrid(writer, values, width);
        const output = new Uint32Array(values.length);
        readRuns(readerOf(writer.getBytes()), width, output);
        expect([...output]).toEqual(values);
      }),
    );
  });

  it('reads packed numbers of 25 to 32 bits', () => {
    for (let width = 25; width <= 32; width += 1) {
      const values = Array.from({ length: 8 }, (_, i) => 2 ** width - 1 - i * 1_000_003);
      const bits = values.reduce((all, value, i) => all | (BigInt(value) << BigInt(i * width)), 0n);
      const bytes = Array.from({ length: width }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
      const output = new Uint32Array(7);
      const reader = readerOf([3, ...bytes]);
      readRuns(reader, width, output);
      expect([...output]).toEqual(values.slice(0, 7));
      expect(reader.offset).toBe(1 + width);
    }
  });

  it('reads numbers of no bits', () => {
    const output = new Uint8Array(11).fill(9);
    readRuns(readerOf([3, 6]), 0, output);
    expect([...output]).toEqual(Array(11).fill(0));
  });

  it.each([
    [
      'a run longer than what is left',
      [0xfe, 0xff, 0xff, 0xff, 0x0f, 1],
      'a run of 2147483647 values where 4 are left',
    ],
    ['packed numbers that are not there', [0xff, 0xff, 0xff, 0xff, 0x0f], 'Offset is outside'],
    ['a count of more than ten bytes', Array(11).fill(0xff), 'a number of more than 10 bytes'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readRuns(readerOf(bytes), 8, new Uint8Array(4))).toThrow(message);
  });

  it('refuses numbers of more than 32 bits', () => {
    expect(() => readRuns(readerOf([2, 0]), 33, new Uint32Array(1))).toThrow(new RangeError('numbers of 33 bits'));
  });
});
