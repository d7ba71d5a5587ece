import { Dictionary, Int8, Int64, Utf8, Vector } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { physicalData } from '../../src/sources/physical-data.js';

describe('physicalData', () => {
  const bytes = (...words: (string | null)[]) => words.map((word) => (word === null ? null : Buffer.from(word)));

  it('makes dictionaries, also with indices of 64 bits', () => {
    const words = bytes('red', null, 'green', 'red');
    const narrow = physicalData(new Dictionary(new Utf8(), new Int8()), words);
    expect([...new Vector([narrow])]).toEqual(['red', null, 'green', 'red']);
    const wide = physicalData(new Dictionary(new Utf8(), new Int64() as never), words);
    expect([...wide.values]).toEqual([0n, 0n, 1n, 0n]);
    expect([...wide.dictionary!]).toEqual(['red', 'green']);
    expect([0, 1, 2, 3].map((row) => wide.getValid(row))).toEqual([true, false, true, true]);
  });

  it('says where indices are too small', () => {
    const words = Array.from({ length: 129 }, (_, i) => Buffer.from(`word ${i}`));
    expect(() => physicalData(new Dictionary(new Utf8(), new Int8()), words)).toThrow(
      /^129 words in a dictionary of Int8$/,
    );
  });
});
