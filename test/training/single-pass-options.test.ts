import { describe, expect, it } from 'vitest';
import { settleSinglePass } from '../../src/training/single-pass-options.js';

describe('settleSinglePass', () => {
  const recentOf = (options: object) => settleSinglePass({ replay: 'none', ...options }).recentRows;

  it('keeps as many recent rows as the warm-up has, and as a batch has', () => {
    expect(recentOf({})).toBe(20_000);
    expect(recentOf({ warmUp: { rows: 50_000 } })).toBe(50_000);
    expect(recentOf({ batchRows: 30_000 })).toBe(30_000);
    expect(recentOf({ recent: { rows: 500 } })).toBe(500);
    expect(() => recentOf({ recent: { rows: 499 } })).toThrow(
      new RangeError('Expected recent.rows to be at least batchRows (500), got 499'),
    );
  });
});
