import { Field, Float64, Schema, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { randomKey, uniformAt } from '../../src/random.js';
import { renderReport } from '../../src/report/render-report.js';
import { report } from '../../src/report/report.js';
import { tableFromJSON } from '../operators/rows.js';

const schema = new Schema([
  new Field('name', new Utf8(), true),
  new Field('income', new Float64(), true),
  new Field('born', new TimestampMillisecond(), true),
]);
const day = 864e5;
/** 400 rows of frequent names, incomes of 0 to 100 and of 900 to 1,000, days of a decade; then rows as given. */
const table = (seed: number, ...others: readonly Record<string, unknown>[]) => {
  const draw = (row: number, column: number) => uniformAt(randomKey(seed), row, column);
  const rows = Array.from({ length: 400 }, (_, i) => ({
    name: ['Ann', 'Bob', 'Cid'][Math.floor(3 * draw(i, 0))],
    income: Math.round(100 * draw(i, 1)) + (i % 2) * 900,
    born: Math.floor(3650 * draw(i, 2)) * day,
  }));
  return tableFromJSON([...rows, ...others], schema);
};
const odd = { name: 'Rumpelstiltskin', income: 987_654, born: -20_000 * day };

describe('what a report discloses', () => {
  it('is no name, no extreme and no lone value of fewer than five records', async () => {
    const real = table(
      1,
      odd,
      { ...odd, name: 'Rapunzel', income: -123_456, born: 40_000 * day },
      { name: 'Ann', income: 555, born: 100 * day },
      ...Array.from({ length: 4 }, () => ({ name: 'Gretel', income: 50, born: 100 * day })),
      ...Array.from({ length: 5 }, () => ({ name: 'Hansel', income: 50, born: 100 * day })),
    );
    const found = await report({ real: [real], synthetic: [table(2, odd)], holdout: [table(3)] });
    const texts = [JSON.stringify(found), await renderReport(found)];
    for (const text of texts) {
      expect(text).toContain('Hansel');
      for (const secret of [/Rumpel/, /Rapunzel/, /Gretel/, /987,?654/, /123,?456/, /19(1|2)\d-/, /207\d-/]) {
        expect(text).not.toMatch(secret);
      }
    }
    const distributions = found.columns.map(({ distribution }) => distribution);
    const shares = distributions.flatMap((of) => (of.kind === 'bins' ? of.bins : of.levels).map(({ real }) => real));
    expect(shares.filter((share) => share > 0 && share < 4.5 / 412)).toEqual([]);
    // The lone income between the two groups has a bin, and that is empty.
    const incomes = found.columns.find(({ name }) => name === 'income')?.distribution;
    const bin = incomes?.kind === 'bins' ? incomes.bins.find(({ start, end }) => start <= 555 && 555 < end) : undefined;
    expect(bin?.real).toBe(0);
  });

  it('judges neither detection nor usefulness by a handful of records', async () => {
    const few = table(2).slice(0, 30);
    const { utility, verdict } = await report({ real: [table(1)], synthetic: [few] });
    expect(utility).toBeUndefined();
    expect(verdict.findings.find(({ about }) => about === 'detection')).toMatchObject({
      level: 'fair',
      text: expect.stringMatching(/not judged: that takes 100 records of each table, there are 30/),
    });
  });
});
