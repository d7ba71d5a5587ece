import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveUpdate } from '../../../src/commands/live/live-update.js';
import { type LiveView, openLiveView } from '../../../src/commands/live/open-live-view.js';
import { UsageError } from '../../../src/commands/usage-error.js';

const step = { event: 'step', epoch: 1, step: 1, steps: 4, loss: 2, rowsPerSecond: 9, residentBytes: 1e8, leftMs: 9 };

/** Asks, with any Host header. */
function ask(url: string, options: { host?: string; method?: string } = {}): Promise<IncomingMessage> {
  const { method = 'GET', host } = options;
  return new Promise((resolve, reject) => {
    request(url, { method, headers: host === undefined ? {} : { host } }, resolve)
      .on('error', reject)
      .end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

const updatesOf = (text: string): LiveUpdate[] =>
  text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as LiveUpdate);

describe('openLiveView', () => {
  const open: LiveView[] = [];
  const create = async (port?: number) => {
    const view = await openLiveView(port);
    open.push(view);
    return view;
  };
  afterEach(() => Promise.all(open.splice(0).map((view) => view.close())));

  it('serves one page that needs nothing else, and nothing but it', async () => {
    const { url } = await create();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await ask(url);
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(await textOf(response)).not.toMatch(/(src|href)="(?!data:)|@import|url\((?!#)/);
    expect((await ask(`${url}else`)).statusCode).toBe(404);
    expect((await ask(`${url}..%2fpackage.json`)).statusCode).toBe(404);
    expect((await ask(url, { method: 'POST' })).statusCode).toBe(405);
  });

  it('answers under the names of this machine only', async () => {
    const { url } = await create();
    const { port } = new URL(url);
    const statusOf = async (host: string, path = '') => {
      const response = await ask(`${url}${path}`, { host });
      response.destroy();
      return response.statusCode;
    };
    for (const host of ['127.0.0.1', `localhost:${port}`, `[::1]:${port}`]) expect(await statusOf(host)).toBe(200);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil']) {
      expect(await statusOf(host)).toBe(403);
      expect(await statusOf(host, 'events')).toBe(403);
    }
  });

  it('tells who comes late what there was, then what comes, and how it ended', async () => {
    const view = await create();
    view.status(
      () => '',
      () => step,
    );
    view.note('remarked', { event: 'not-modelled' });
    const [early, late] = [await ask(`${view.url}events`), await ask(`${view.url}events`)];
    const texts = [textOf(early), textOf(late)];
    view.note(undefined, { event: 'epoch', epoch: 1, step: 4, steps: 4, training: { loss: 1 } });
    view.note('that was it', { event: 'summary' });
    await view.close();
    for (const text of await Promise.all(texts)) {
      const updates = updatesOf(text);
      expect(updates.map(({ first }) => first)).toEqual([true, ...updates.slice(1).map(() => false)]);
      expect(updates.flatMap(({ steps }) => steps)).toMatchObject([{ step: 1, loss: 2 }]);
      expect(updates.flatMap(({ epochs }) => epochs)).toMatchObject([{ epoch: 1, step: 4, training: 1 }]);
      expect(updates.at(-1)).toMatchObject({ phase: 'done', progress: 1, remarks: ['remarked', 'that was it'] });
    }
    await expect(ask(view.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends in time though a reader takes nothing', async () => {
    const view = await create();
    const stalled = await ask(`${view.url}events`);
    stalled.pause();
    const start = performance.now();
    const mean = Array.from({ length: 100_000 }, () => 0.123456);
    for (let i = 0; i < 20; i += 1) {
      view.note(undefined, { event: 'epoch', epoch: i, step: i, steps: 20, training: { loss: 1 }, sparsity: { mean } });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await view.close();
    expect(performance.now() - start).toBeLessThan(5000);
    stalled.destroy();
  });

  it('says that a port is taken', async () => {
    const { url } = await create();
    const taken = Number(new URL(url).port);
    await expect(create(taken)).rejects.toThrow(new RegExp(`a port that is free, got ${taken} \\(EADDRINUSE\\)`));
    await expect(create(taken)).rejects.toBeInstanceOf(UsageError);
  });
});
