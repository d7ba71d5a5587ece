import { Field, Float64, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { randomKey, uniformAt } from '../../src/random.js';
import { renderReport } from '../../src/report/render-report.js';
import { repeatedRecords } from '../../src/report/repeated-records.js';
import { report } from '../../src/report/report.js';
import { tableFromJSON } from '../operators/rows.js';

/** How many of the records of one draw are there once in another draw of `n`, and how many of those twice. */
function drawn(seed: number, n: number, rows: number, values: number) {
  const draw = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => Math.floor(values * uniformAt(randomKey(from), i, 0) ** 2));
  const times = new Map<number, number>();
  for (const value of draw(seed, n)) times.set(value, (times.get(value) ?? 0) + 1);
  const copies = draw(seed + 1000, rows).filter((value) => times.get(value) === 1).length;
  return { copies, rows, training: { rows: n, twice: [...times.values()].filter((count) => count === 2).length } };
}

describe('repeatedRecords', () => {
  it('takes fresh records for fresh, however many values there are to draw', () => {
    for (const values of [10, 300, 3_000, 30_000, 1e9]) {
      for (let seed = 0; seed < 40; seed += 1)
        expect([values, repeatedRecords(drawn(seed, 2_000, 1_000, values))]).toEqual([values, undefined]);
    }
  });

  it('sees a tenth of the records repeated, and says how many chance would', () => {
    const fresh = drawn(7, 2_000, 1_000, 3_000);
    const found = repeatedRecords({ ...fresh, copies: fresh.copies + 100 });
    expect(found).toMatchObject({ copies: fresh.copies + 100, rows: 1_000 });
    expect(Math.abs((found?.expected ?? 0) - fresh.copies)).toBeLessThan(50);
  });

  it('passes over a few', () => {
    const training = { rows: 2_000, twice: 0 };
    expect(repeatedRecords({ copies: 10, rows: 1_000, training })).toBeUndefined();
    expect(repeatedRecords({ copies: 5, rows: 5, training })).toBeUndefined();
    expect(repeatedRecords({ copies: 11, rows: 1_000, training })).toMatchObject({ expected: 0 });
  });
});

describe('a report whose holdout is the training table', () => {
  const schema = new Schema([new Field('x', new Float64()), new Field('c', new Utf8())]);
  const table = (seed: number): RecordBatch =>
    tableFromJSON(
      Array.from({ length: 400 }, (_, i) => ({
        x: Math.round(1e6 * uniformAt(randomKey(seed), i, 0)),
        c: 'abc'[Math.floor(3 * uniformAt(randomKey(seed), i, 1))],
      })),
      schema,
    );

  it('says so, and judges privacy as without one', async () => {
    const [real, synthetic] = [[table(1)], [table(2)]];
    const found = await report({ real, synthetic, holdout: real });
    expect(found.privacy).toEqual({
      ...(await report({ real, synthetic })).privacy,
      repeated: { copies: 400, rows: 400, expected: 0 },
    });
    const texts = found.verdict.findings.map(({ level, text }) => `${level}: ${text}`);
    expect(texts).toContainEqual(
      expect.stringMatching(
        /^fair: Closeness .* 400 of 400 records of this one are training records \(by chance: 0\)\.$/,
      ),
    );
    expect(await renderReport(found)).toContain('the holdout repeats training records');
  });

  it('is none of a fresh holdout', async () => {
    const { privacy } = await report({ real: [table(1)], synthetic: [table(2)], holdout: [table(3)] });
    expect(privacy.repeated).toBeUndefined();
    expect(privacy.closest?.fresh?.value).toBeGreaterThan(0.3);
  });
});
