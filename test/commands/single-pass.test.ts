import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

describe('rx-augment --single-pass', () => {
  const lines = orders(1000);
  const changed = lines.slice(1, 701).map((line) => line.replace(/,(red|green|blue),/, ',black,'));
  const flags = ['--warm-up', '400', '--model-every', '60', '--epochs', '2', '--hidden', '16', '--seed', '3'];
  const text = (rows: readonly string[]) => rows.map((row) => `${row}\n`);
  let place: Workplace;

  beforeAll(async () => {
    place = await createWorkplace();
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('writes while the input is still open, and ends by a signal', async () => {
    const { code, stdout, stderr } = await place.spawn(['augment', '1', '--single-pass', ...flags, '--json'], {
      input: text(lines.slice(0, 900)),
      open: true,
      signal: { name: 'SIGINT', when: { written: 20_000 } },
    });
    expect(code, stderr).toBe(130);
    const rows = stdout.toString().split('\n');
    expect(rows.slice(1, 401).filter((_, i) => i % 2 === 0)).toEqual(lines.slice(1, 201));
    expect(await place.temporaryFiles()).toEqual([]);
  });

  it('writes every record and its variants, the same for any pieces of input', async () => {
    const whole = await place.run(['augment', '2', ...flags], { input: [text(lines).join('')] });
    expect(whole.code, whole.stderr).toBe(0);
    const rows = whole.stdout.toString().trimEnd().split('\n').slice(1);
    expect(rows.filter((_, i) => i % 3 === 0)).toEqual(lines.slice(1));
    expect(whole.stderr).toMatch(/^started with 400 rows: loss [\d.]+$/m);
    const pieces = await place.run(['augment', '2', ...flags], { input: text(lines) });
    expect(pieces.stdout.equals(whole.stdout)).toBe(true);
  });

  it('tells of drift in a line, and fits anew on request', async () => {
    const input = [text([...lines, ...changed, ...changed]).join('')];
    const { code, stderr } = await place.run(['augment', '1', ...flags, '--on-drift', 'refit', '-o', 'out.csv'], {
      input,
    });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^drift after 1,[0-4]\d\d rows: .*`colour` by [\d.]+, [\d.]+ % never seen/m);
    expect(stderr).toMatch(/^started anew with 400 rows: loss [\d.]+$/m);
    const variants = (await readFile(place.at('out.csv'), 'utf8')).trimEnd().split('\n').slice(-100);
    expect(variants.every((line) => line.includes(',black,'))).toBe(true);
    const target = await place.run(['augment', '1', ...flags, '--on-drift', 'refit', '--target', 'colour'], { input });
    expect(target.code, target.stderr).toBe(0);
    expect(target.stderr).toMatch(/^drift after 1,\d\d\d rows: not started anew: Expected the target `colour` to be/m);
    const json = await place.run(['augment', '1', ...flags, '--json', '-o', 'out.csv'], { input });
    const events = json.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const drift = events.find(({ event }) => event === 'drift');
    expect(drift).toMatchObject({
      // Six batches of 64, the whole ones of 400.
      window: 384,
      columns: expect.arrayContaining([expect.objectContaining({ column: 'colour', moved: true })]),
    });
  });

  it('saves each model in place of the one before', async () => {
    const { code, stderr } = await place.run(['train', '--model', 'model', ...flags], { input: text(lines) });
    expect(code, stderr).toBe(0);
    const { training } = JSON.parse(await readFile(place.at('model/model.json'), 'utf8'));
    expect(training).toMatchObject({ rows: 1000, settings: { epochs: 2 } });
    const used = await place.run(['augment', '1', '--model', 'model'], { input: text(lines.slice(0, 11)) });
    expect(used.stdout.toString().trimEnd().split('\n')).toHaveLength(21);
  });

  it('does not go with a saved model', async () => {
    const { code, stderr } = await place.run(['augment', '1', '--model', 'model', '--warm-up', '100']);
    expect([code, stderr.includes('cannot be used with')]).toEqual([2, true]);
  });
});
