import { Field, Float64, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/render-report.js';
import { report } from '../../src/report/report.js';
import { tableFromJSON } from '../operators/rows.js';

const names = ['<b>a & "b"</b>', "it's <script>alert(1)</script>", 'x'];
const schema = new Schema(names.map((name, c) => new Field(name, c < 2 ? new Utf8() : new Float64(), true)));
const levels = ['</svg><script>alert(2)</script>', 'two\nlines', '${x', '', 'x'.repeat(90)];
const table = (seed: number): RecordBatch =>
  tableFromJSON(
    Array.from({ length: 300 }, (_, i) => ({
      [names[0]!]: levels[(i * seed) % 5],
      [names[1]!]: i % 7 === 0 ? null : levels[(i * 3) % 5],
      x: ((i * 7919 * seed) % 1009) * 1e6,
    })),
    schema,
  );

describe('renderReport', () => {
  it('escapes names and levels, and asks for nothing from elsewhere', async () => {
    const page = await renderReport(await report({ real: [table(1)], synthetic: [table(2)] }));
    expect(page.match(/<script|<b>|<link|<img|<iframe|\son\w+=|@import|url\(/gi)).toBeNull();
    expect(page.match(/(?:src|href)="[^#]/g)).toBeNull();
    expect(page).toContain('&lt;b&gt;a &amp; &quot;b&quot;&lt;/b&gt;');
    expect(page).toContain('&lt;/svg&gt;&lt;script&gt;');
    // Tags open and close in order, but for those that stand alone.
    const open: string[] = [];
    for (const [, end, tag, alone] of page.matchAll(/<(\/?)([a-z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/gi)) {
      if (alone === '/' || /^(meta|br|hr)$/i.test(tag!)) continue;
      if (end === '') open.push(tag!);
      else expect(open.pop()).toBe(tag);
    }
    expect(open).toEqual([]);
  });

  it('is the same every time, but for the speed that it is told', async () => {
    const found = await report({ real: [table(1)], synthetic: [table(2)] });
    const page = await renderReport(found);
    expect(await renderReport(found)).toBe(page);
    expect(page).not.toContain('rows/s');
    expect(await renderReport(found, { ms: 2000 })).toContain('2.0 s, 300 rows/s');
  });
});
