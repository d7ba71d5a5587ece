import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveUpdate } from '../../../src/commands/live/live-update.js';
import { createWorkplace, orders, type Workplace } from '../run-cli.js';

const cli = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.js');
const browser = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (browser === undefined) console.warn('Skipped: no browser (set CHROMIUM to the path of one)');

/** Points of the curves that are drawn, by their class. */
const curvesOf = (page: Page): Promise<Record<string, number>> =>
  page.$$eval('svg path', (paths) =>
    Object.fromEntries(
      paths.map((path) => [path.getAttribute('class'), (path.getAttribute('d') ?? '').split(/[ML]/).length - 1]),
    ),
  );

describe.skipIf(browser === undefined)('the live page', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), `${orders(3000).join('\n')}\n`);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  /** Starts a training of many epochs, which `use` is to end. */
  async function during(
    flags: readonly string[],
    use: (url: string, end: (signal: NodeJS.Signals) => Promise<number>) => Promise<void>,
  ): Promise<void> {
    const args = ['train', 'in.csv', '--model', 'model', '--epochs', '5000', '--patience', '5000', '--ui', ...flags];
    const child = spawn(process.execPath, [cli, ...args], { cwd: place.folder });
    const closed = once(child, 'close');
    try {
      let stderr = '';
      let url: string | undefined;
      for await (const chunk of child.stderr) {
        stderr += chunk;
        url = /http:\S+\//.exec(stderr)?.[0];
        if (url !== undefined) break;
      }
      await use(url ?? stderr, async (signal) => {
        child.kill(signal);
        return (await closed)[0];
      });
    } finally {
      child.kill();
    }
  }

  it('grows while a model trains, in light and dark, and keeps what it shows in the end', async () => {
    const app = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    try {
      await during(['--fidelity', 'epoch', '--hidden', '32'], async (url, end) => {
        const complaints: string[] = [];
        const requests: string[] = [];
        const open = async (colorScheme: 'light' | 'dark', width: number) => {
          const page = await (await app.newContext({ colorScheme, viewport: { width, height: 800 } })).newPage();
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(String(error)));
          page.on('request', (request) => requests.push(request.url()));
          await page.goto(url);
          return page;
        };
        const page = await open('light', 1280);
        const grown = (points: number, curve = 'validation') =>
          page.waitForFunction(
            ([least, name]) =>
              (document.querySelector(`path.${name}`)?.getAttribute('d') ?? '').split('L').length >= Number(least),
            [points, curve],
            { timeout: 60_000 },
          );
        await grown(3);
        await grown(1, 'step');
        const before = await curvesOf(page);
        for (const name of ['training', 'validation', 'shape', 'trend']) expect(before[name]).toBeGreaterThanOrEqual(3);
        await grown(6);
        // Steps are told about once a second.
        await grown(before.step! + 1, 'step');
        const after = await curvesOf(page);
        for (const name of ['step', 'training', 'shape', 'trend', 'rate', 'bytes']) {
          expect([name, after[name]! > before[name]!]).toEqual([name, true]);
        }

        // Who comes later sees what there was; a narrow page does not scroll sideways.
        const late = await open('dark', 390);
        await late.waitForFunction(() => document.querySelector('path.validation')?.getAttribute('d')?.includes('L'));
        expect((await curvesOf(late)).validation).toBeGreaterThanOrEqual(6);
        expect(await late.evaluate('document.documentElement.scrollWidth')).toBe(390);
        const brightness = (of: Page) =>
          of.$eval('body', (body) => Number(/\d+/.exec(getComputedStyle(body).backgroundColor)?.[0]));
        expect((await brightness(page)) > (await brightness(late))).toBe(true);

        // For those who do not see it: names, numbers in words, and a table, opened by keyboard.
        const charts = await page.$$eval('figure:not([hidden]) svg', (all) =>
          all.map((svg) => [
            svg.getAttribute('role'),
            ...(svg.getAttribute('aria-labelledby') ?? '')
              .split(' ')
              .map((id) => document.getElementById(id)?.textContent ?? ''),
          ]),
        );
        expect(charts).toHaveLength(4);
        for (const [role, title, text] of charts) {
          expect([role, title!.length > 4, /\d/.test(text!)]).toEqual(['img', true, true]);
        }
        expect(await page.locator('[role=status]').textContent()).toMatch(/^Training: epoch \d/);
        expect(await page.locator('h1').count()).toBe(1);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.locator('#epoch-rows tr').nth(3).waitFor();

        expect(await end('SIGINT')).toBe(130);
        for (const one of [page, late]) {
          await one.waitForFunction(() => document.body.dataset.phase === 'stopped');
          expect(await one.locator('#headline').textContent()).toBe('Stopped');
          expect((await curvesOf(one)).validation).toBeGreaterThanOrEqual(6);
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(complaints).toEqual([]);
        expect(requests.sort()).toEqual([url, url, `${url}events`, `${url}events`]);
      });
    } finally {
      await app.close();
    }
  });

  it('goes on where a loss is no number', async () => {
    const app = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    const update: LiveUpdate = {
      first: true,
      phase: 'training',
      headline: 'Training: epoch 1',
      facts: [],
      steps: [{ step: 1, loss: null, rowsPerSecond: 10, residentBytes: 1e8 }],
      epochs: [{ epoch: 1, step: 1, training: null, validation: null }],
      sparsity: { mean: [0.25, null] },
      remarks: [],
    };
    try {
      await during([], async (url, end) => {
        const page = await app.newPage();
        const complaints: string[] = [];
        page.on('pageerror', (error) => complaints.push(String(error)));
        const body = `data: ${JSON.stringify(update)}\n\n`;
        await page.route('**/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
        await page.goto(url);
        await page.locator('summary').click();
        await page.locator('#epoch-rows tr').waitFor();
        expect(await page.locator('#epoch-rows tr').textContent()).toBe('1----');
        expect(await page.locator('#memory-text').textContent()).toBe('Now 100 MB.');
        expect(await page.locator('#loss-text').textContent()).toBe('By step 1: training no number.');
        expect(await page.locator('#units-text').textContent()).toBe('2 units: 0.250 on average, from 0.250 to 0.250.');
        expect([(await curvesOf(page)).training, complaints]).toEqual([0, []]);
        expect(await end('SIGTERM')).toBe(143);
      });
    } finally {
      await app.close();
    }
  });

  it('shows how active the units of a sparse autoencoder are', async () => {
    const app = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    try {
      await during(['--sparsity', 'kl:0.2:1', '--latent', '6'], async (url, end) => {
        const page = await app.newPage();
        await page.goto(url);
        await page.locator('#units-card').waitFor({ state: 'visible', timeout: 60_000 });
        expect(await page.locator('#units-text').textContent()).toMatch(/^6 units: .* the target is 0\.2\.$/);
        expect((await curvesOf(page)).units).toBe(6);
        expect(await page.locator('#fidelity-card').isVisible()).toBe(false);
        expect(await end('SIGTERM')).toBe(143);
      });
    } finally {
      await app.close();
    }
  });
});
