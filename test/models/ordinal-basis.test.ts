import { describe, expect, it } from 'vitest';
import { ordinalBasis } from '../../src/models/ordinal-basis.js';

const rowsOf = ({ values, terms }: { readonly values: Float32Array; readonly terms: number }) =>
  Array.from({ length: values.length / terms }, (_, code) => [...values.subarray(code * terms, (code + 1) * terms)]);

describe('ordinalBasis', () => {
  it('has none for codes without an order', () => {
    expect(ordinalBasis({ width: 3 }, [4])).toBeUndefined();
  });

  it('has a line and a curve of the scores, 0 for codes outside the order', () => {
    const basis = ordinalBasis({ width: 3, scores: [-1, 2, 0] }, [4])!;
    expect(basis).toMatchObject({ codes: 3, terms: 2 });
    expect(rowsOf(basis)).toEqual([
      [-1, 0],
      [2, expect.closeTo(3 / 1.4, 6)],
      [0, 0],
    ]);
  });

  it('has hats over the places in the order, whatever the order of the codes, as far as each is of two codes', () => {
    const basis = ordinalBasis({ width: 8, scores: [2, -2, -1, 1, 0, 0.5, -0.5, 1.5] }, [3, 4])!;
    expect(basis.terms).toBe(5);
    const hats = rowsOf(basis).map((row) => row.slice(2));
    // Of the places 0, 1/6, ... 1 between knots 0, 1/2 and 1.
    const expected = [
      [0, 0, 1],
      [1, 0, 0],
      [2 / 3, 1 / 3, 0],
      [0, 2 / 3, 1 / 3],
      [0, 0, 0],
      [0, 1, 0],
      [1 / 3, 2 / 3, 0],
      [0, 1 / 3, 2 / 3],
    ];
    hats.forEach((row, code) => {
      row.forEach((value, knot) => {
        expect(value).toBeCloseTo(expected[code]![knot]!, 6);
      });
    });
  });
});
