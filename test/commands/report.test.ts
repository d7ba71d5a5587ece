import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report-content.js';
import { createWorkplace, type Workplace } from './run-cli.js';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const weather = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/seattle-weather.csv');
const browser = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (browser === undefined) console.warn('Skipped: no browser (set CHROMIUM to the path of one)');

describe('rx-augment report', () => {
  let place: Workplace;
  const run = (...args: string[]) => place.run(args);

  beforeAll(async () => {
    place = await createWorkplace();
    const [header, ...lines] = (await readFile(weather, 'utf8')).trimEnd().split(/\r?\n/);
    const table = (rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
    await writeFile(place.at('real.csv'), table(lines.filter((_, i) => i % 3 > 0)));
    await writeFile(place.at('other.csv'), table(lines.filter((_, i) => i % 3 === 0)));
    await writeFile(place.at('empty.csv'), table([]));
    await writeFile(place.at('less.csv'), 'wind,weather\n1.5,rain\n');
    expect((await run('train', 'real.csv', '--model', 'model', '--epochs', '30', '--quiet')).code).toBe(0);
    expect((await run('sample', '900', '--model', 'model', '-o', 'new.parquet', '--quiet')).code).toBe(0);
    expect((await run('sample', '900', '--model', 'model', '-o', 'new.csv', '--quiet')).code).toBe(0);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('says the verdict', async () => {
    const args = ['report', 'real.csv', 'new.csv', '--holdout', 'other.csv'];
    const { code, stdout, stderr } = await place.spawn(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^2,361 rows compared in \d/);
    const lines = stdout.toString().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^(good|fair|POOR): /);
    expect(lines.slice(1).join('\n')).toMatch(
      /Columns are off by .*\n.*Boosted trees.*\n.*predicts “weather”.*\n.*equal a/,
    );
    expect(lines.at(-1)).toMatch(/^ {2}good {2}Relations between columns of the real table: 1, kept by every/);
  });

  it('tells records that keep to the relations of the real table from those that do not', async () => {
    const [header, ...lines] = (await readFile(place.at('new.csv'), 'utf8')).trimEnd().split('\n');
    const swapped = lines.map((line, row) => {
      const [date, rain, max, min, ...rest] = line.split(',');
      return row % 9 === 0 ? [date, rain, min, max, ...rest].join(',') : line;
    });
    expect(header).toMatch(/^date,precipitation,temp_max,temp_min,/);
    await writeFile(place.at('swapped.csv'), `${[header, ...swapped].join('\n')}\n`);
    const judged = async (file: string) => {
      const told = await run('report', 'real.csv', file, '--json', '--quiet');
      const { relations, verdict } = JSON.parse(told.stdout.toString()) as Report;
      return [relations, verdict.findings.find(({ about }) => about === 'relations')?.level];
    };
    const order = { kind: 'order', text: 'temp_min < temp_max', rows: 900 };
    expect(await judged('new.csv')).toEqual([[{ ...order, kept: { real: 1, synthetic: 1 } }], 'good']);
    expect(await judged('swapped.csv')).toEqual([[{ ...order, kept: { real: 1, synthetic: 8 / 9 } }], 'poor']);
    const { stdout } = await run('report', 'real.csv', 'swapped.csv', '--quiet');
    expect(stdout.toString()).toMatch(/POOR {2}Relations .* “temp_min < temp_max”, is kept by 88\.89 % of synthetic/);
  }, 60_000);

  it('ends at once when told to while it computes, leaving no page', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) =>
      Array.from({ length: 12 }, (_, c) => ((i * 7919 + c * 104_729) % 9973) / 10).join(','),
    );
    const header = Array.from({ length: 12 }, (_, c) => `c${c}`).join(',');
    await writeFile(place.at('long.csv'), `${[header, ...rows].join('\n')}\n`);
    const child = spawn(
      process.execPath,
      [cli, 'report', 'long.csv', 'long.csv', '--holdout', 'long.csv', '-o', 'r.html'],
      {
        cwd: place.folder,
        stdio: 'ignore',
      },
    );
    // All is read within a second or two; the whole takes many times as long.
    await setTimeout(3_000);
    expect(child.exitCode).toBe(null);
    const told = performance.now();
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(performance.now() - told).toBeLessThan(1_000);
    expect(existsSync(place.at('r.html'))).toBe(false);
  });

  it('does not write its page over a table that it reads', async () => {
    const before = await readFile(place.at('new.csv'), 'utf8');
    for (const output of ['new.csv', './new.csv', place.at('new.csv')]) {
      const { code, stderr } = await run('report', 'real.csv', 'new.csv', '-o', output);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^rx-augment: Expected -o to be another place than SYN/),
      ]);
    }
    expect(await readFile(place.at('new.csv'), 'utf8')).toBe(before);
  });

  it('gives the same numbers as JSON, from any format, and finds a table alike with itself', async () => {
    const reportOf = async (...args: string[]): Promise<Report> =>
      JSON.parse((await run('report', ...args, '--json', '--quiet')).stdout.toString());
    const fromCsv = await reportOf('real.csv', 'new.csv', '--model', 'model');
    expect(await reportOf('real.csv', 'new.parquet', '--model', 'model')).toEqual(fromCsv);
    expect(fromCsv.provenance.rows).toEqual({ real: 974, synthetic: 900 });
    expect(fromCsv.provenance.modelChecksum).toMatch(/^[0-9a-f]{64}$/);
    expect(fromCsv.model?.epochs.length).toBeGreaterThan(0);
    expect((await run('report', 'real.csv', 'new.csv', '-o', 'report.json', '--quiet')).code).toBe(0);
    const saved: Report = JSON.parse(await readFile(place.at('report.json'), 'utf8'));
    expect(saved.shapeError).toBe(fromCsv.shapeError);
    const itself = await reportOf('real.csv', 'real.csv');
    expect([itself.shapeError, itself.trendError]).toEqual([0, 0]);
    expect(itself.privacy.copies.synthetic).toEqual({ copies: 974, rows: 974 });
    expect(itself.verdict.level).toBe('poor');
  }, 180_000);

  it('refuses in one line, leaving nothing behind', async () => {
    const refused = async (args: string[], message: RegExp) => {
      const { code, stdout, stderr } = await run('report', ...args, '-o', 'refused.html');
      expect(stderr).toMatch(message);
      expect([code, stdout.length, stderr.trimEnd().split('\n').length]).toEqual([1, 0, 1]);
      expect(existsSync(place.at('refused.html'))).toBe(false);
    };
    await refused(['real.csv', 'nowhere.csv'], /nowhere\.csv/);
    await refused(['real.csv', 'less.csv'], /less\.csv/);
    await refused(['real.csv', 'empty.csv'], /empty\.csv/);
    await refused(['real.csv', 'new.csv', '--target', 'nothing'], /target .*got `nothing`/);
    await refused(['real.csv', 'new.csv', '--model', 'nowhere'], /nowhere/);
    const twice = await run('report', '-', '-');
    expect([twice.code, twice.stderr]).toEqual([
      2,
      expect.stringMatching(/Expected one table on standard input at most, got REAL and SYNTHETIC as -\n$/),
    ]);
    const { code, stderr } = await run('report', 'real.csv', 'new.csv', '-o', 'no/folder/report.html');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no\/folder\/report\.html/)]);
  });

  it.skipIf(browser === undefined)('opens in a browser, light, dark and narrow, and needs nothing else', async () => {
    const args = ['--holdout', 'other.csv', '--model', 'model', '-o', 'report.html'];
    expect((await run('report', 'real.csv', 'new.csv', ...args)).code).toBe(0);
    expect((await stat(place.at('report.html'))).size).toBeLessThan(1e6);
    const app = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1280, 390]) {
          const context = await app.newContext({ colorScheme, viewport: { width, height: 800 } });
          const page = await context.newPage();
          const complaints: string[] = [];
          const requests: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(String(error)));
          page.on('request', (request) => requests.push(request.url()));
          const url = pathToFileURL(place.at('report.html')).href;
          await page.goto(url);
          expect([complaints, requests]).toEqual([[], [url]]);
          // Every chart has marks with an area, a label, and fits; the page does not scroll sideways.
          const charts = await page.$$eval('svg', (all) =>
            all.map((svg) => ({
              label: svg.getAttribute('aria-label') ?? '',
              role: svg.getAttribute('role'),
              marks: [...svg.querySelectorAll('rect, circle, path')].filter((mark) => {
                const { width, height } = mark.getBoundingClientRect();
                return width + height > 0 && getComputedStyle(mark).opacity !== '0';
              }).length,
            })),
          );
          // Six columns, the months and weekdays of one, the pairs, the losses, two latent maps, the closeness to training.
          expect(charts).toHaveLength(13);
          for (const { label, role, marks } of charts) {
            expect([label.length > 10, role]).toEqual([true, 'img']);
            expect(marks, label).toBeGreaterThan(1);
          }
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          const [background, text] = await page.$eval('body', (body) => {
            const { backgroundColor, color } = getComputedStyle(body);
            return [backgroundColor, color].map((c) => Number(/\d+/.exec(c)?.[0]));
          });
          expect(background! > text!).toBe(colorScheme === 'light');
          // By keyboard: the skip link comes first, tables open.
          await page.keyboard.press('Tab');
          expect(await page.evaluate('document.activeElement.className')).toBe('skip');
          await page.locator('summary').first().press('Enter');
          expect(await page.locator('details[open] table').first().isVisible()).toBe(true);
          expect(await page.locator('h1').count()).toBe(1);
          await context.close();
        }
      }
    } finally {
      await app.close();
    }
  });
});
