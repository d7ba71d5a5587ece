import { DateDay, Field, Float32, Int32, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { randomKey, uniformAt } from '../../src/random.js';
import { renderReport } from '../../src/report/render-report.js';
import { report } from '../../src/report/report.js';
import type { Report } from '../../src/report/report-content.js';
import { shopTable } from '../columns/shop-table.js';
import { tableFromJSON } from '../operators/rows.js';

const compared = (real: RecordBatch, synthetic: RecordBatch): Promise<Report> =>
  report({ real: [real], synthetic: [synthetic] });
const finding = ({ verdict }: Report) => verdict.findings.find(({ about }) => about === 'relations');
const shares = ({ relations }: Report) =>
  Object.fromEntries(relations.map(({ text, kept, rows }) => [text, [kept.real, kept.synthetic, rows]]));

describe('relations of a report', () => {
  it('are those of the real table, kept where the synthetic one keeps them', async () => {
    const found = await compared(shopTable(1500), shopTable(1500).slice(0, 700));
    expect(shares(found)).toEqual({
      'ordered < shipped': [1, 1, 700],
      'shop determines zip': [1, 1, 700],
      'shop determines town': [1, 1, 700],
      'shop determines region': [1, 1, 700],
      'total = pieces * price': [1, 1, 700],
    });
    expect(finding(found)).toEqual({
      level: 'good',
      about: 'relations',
      text: 'Relations between columns of the real table: 5, kept by every synthetic record.',
    });
  });

  it('are broken in the rows that break them, those kept least first', async () => {
    const synthetic = shopTable(1000, (row) => ({
      ...(row % 10 === 3 && { town: 'elsewhere' }),
      ...(row % 50 === 3 && { total: 0.01 }),
      ...(row % 20 === 4 && { region: null }),
    }));
    const found = await compared(shopTable(1500), synthetic);
    expect(shares(found)).toMatchObject({
      'shop determines town': [1, 0.9, 1000],
      'shop determines region': [1, 0.95, 1000],
      'total = pieces * price': [1, 0.98, 1000],
      'shop determines zip': [1, 1, 1000],
      'ordered < shipped': [1, 1, 1000],
    });
    expect(found.relations.map(({ text }) => text.split(' ').at(-1))).toEqual([
      'town',
      'region',
      'price',
      'zip',
      'shipped',
    ]);
    expect(finding(found)).toMatchObject({
      level: 'poor',
      text: expect.stringContaining(
        '“shop determines town”, is kept by 90.00 % of synthetic and 100.00 % of real records',
      ),
    });
    expect(found.verdict.level).toBe('poor');
  });

  it('are judged by how many more records break them than real ones do', async () => {
    const real = shopTable(2000, (row) => (row % 500 === 3 ? { town: 'twon' } : {}));
    const levels = async (every: number) =>
      finding(
        await compared(
          real,
          shopTable(2000, (row) => (row % every === 3 ? { town: 'twon' } : {})),
        ),
      )?.level;
    expect([await levels(400), await levels(100), await levels(40)]).toEqual(['good', 'fair', 'poor']);
    expect(finding(await compared(real, real))).toMatchObject({
      level: 'good',
      text: expect.stringMatching(/“shop determines town”, is kept by 99.80 % of synthetic and 99.80 % of real/),
    });
  });

  it('say nothing of records with a missing number or key, or one that too few real records have', async () => {
    const real = shopTable(1500, (row) => (row < 4 ? { shop: 7_531_864, town: 'elsewhere' } : {}));
    const synthetic = shopTable(1000, (row) => ({
      ...(row < 10 && { shop: null }),
      ...(row >= 10 && row < 30 && { shop: 7_531_864, zip: 1 }),
      ...(row >= 30 && row < 60 && { shop: 7, zip: 1 }),
      ...(row < 5 && { price: null }),
    }));
    const found = await compared(real, synthetic);
    expect(shares(found)).toMatchObject({
      'shop determines zip': [1, 1, 940],
      'total = pieces * price': [1, 1, 995],
    });
    for (const text of [JSON.stringify(found.relations), await renderReport(found)]) {
      expect(text).not.toMatch(/7,?531,?864/);
    }
  });

  it('are not judged where no record has what they are about', async () => {
    const real = shopTable(1500).select(['shop', 'zip']);
    const others = shopTable(500, (row) => ({ shop: row % 7 })).select(['shop', 'zip']);
    const found = await compared(real, others);
    expect(found.relations).toEqual([
      { kind: 'dependency', text: 'shop determines zip', kept: { real: 1, synthetic: null }, rows: 0 },
    ]);
    expect(finding(found)).toMatchObject({ level: 'fair', text: expect.stringMatching(/: 1, not judged: /) });
    expect(await renderReport(found)).toContain('shop determines zip</th><td>–</td>');
  });

  it('compare dates with dates, and number float32 as it is written', async () => {
    const schema = new Schema([
      new Field('start', new DateDay(), true),
      new Field('end', new DateDay(), true),
      new Field('celsius', new Float32(), true),
      new Field('fahrenheit', new Float32(), true),
      new Field('kind', new Utf8(), true),
      new Field('count', new Int32(), true),
    ]);
    const rowsOf = (seed: number, late = 0) =>
      tableFromJSON(
        Array.from({ length: 800 }, (_, row) => {
          const draw = (column: number) => uniformAt(randomKey(seed), row, column);
          const start = Math.floor(900 * draw(0));
          const celsius = Math.round(400 * draw(2)) / 10;
          return {
            start: new Date(864e5 * start),
            end: new Date(864e5 * (start + (row < late ? -1 : Math.floor(30 * draw(1))))),
            celsius,
            fahrenheit: Math.round(18 * celsius + 320) / 10,
            kind: 'abc'[Math.floor(3 * draw(3))],
            count: Math.floor(100 * draw(4)),
          };
        }),
        schema,
      );
    expect(shares(await compared(rowsOf(1), rowsOf(2, 8)))).toEqual({
      'start <= end': [1, 0.99, 800],
      'fahrenheit = 1.8 * celsius + 32': [1, 1, 800],
    });
  });

  it('have neither finding nor section where there are none', async () => {
    const table = (rows: number) => shopTable(rows).select(['pieces', 'price']);
    const found = await compared(table(600), table(500));
    expect(found.relations).toEqual([]);
    expect(finding(found)).toBeUndefined();
    const page = await renderReport(found);
    expect(page).not.toContain('id="relations"');
    expect(await renderReport(await compared(shopTable(600), shopTable(500)))).toContain('id="relations"');
  });
});
