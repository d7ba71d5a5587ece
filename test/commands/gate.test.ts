import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

describe('rx-augment sample --gate', () => {
  let place: Workplace;
  const sample = (...args: string[]) => place.run(['sample', '500', '--model', 'model', '--seed', '3', ...args]);

  beforeAll(async () => {
    place = await createWorkplace();
    const [header, ...lines] = orders(900);
    const table = (rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
    await writeFile(place.at('training.csv'), table(lines.filter((_, i) => i % 3 > 0)));
    await writeFile(place.at('other.csv'), table(lines.filter((_, i) => i % 3 === 0)));
    const { code } = await place.run(['train', 'training.csv', '--model', 'model', '--epochs', '20', '--quiet']);
    expect(code).toBe(0);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('writes as many records, says what it did, and gives the same bytes again', async () => {
    const plain = await sample();
    const { code, stdout, stderr } = await sample(
      '--gate',
      'training.csv',
      '--holdout',
      'other.csv',
      '--min-share',
      '0.2',
    );
    expect(code).toBe(0);
    const [lines, before] = [stdout, plain.stdout].map((bytes) => bytes.toString().trimEnd().split('\n')) as [
      string[],
      string[],
    ];
    expect(lines).toHaveLength(501);
    const [, redrawn] = /gate: (\d+) records drawn again: .* of draws were refused/.exec(stderr) ?? [];
    expect(lines.filter((line, i) => line !== before[i])).toHaveLength(Number(redrawn));
    expect(Number(redrawn)).toBeGreaterThan(10);
    const again = await sample(
      '--gate',
      'training.csv',
      '--holdout',
      'other.csv',
      '--min-share',
      '0.2',
      '--workers',
      '1',
    );
    expect(again.stdout.equals(stdout)).toBe(true);
    const { stderr: events } = await sample('--gate', 'training.csv', '--min-distance', '0.1', '--json');
    const event = events
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find((found) => found.event === 'gate');
    expect(event).toMatchObject({ kept: 500, dropped: 0, minDistance: 0.1, referenceRows: 600 });
  });

  it('refuses in one line', async () => {
    const refused = async (args: string[], exit: number, message: RegExp) => {
      const { code, stdout, stderr } = await sample(...args);
      expect(stderr).toMatch(message);
      expect([code, stdout.length, stderr.trimEnd().split('\n').length]).toEqual([exit, 0, 1]);
    };
    await refused(['--min-share', '0.1'], 2, /Expected --gate FILE with --min-share/);
    await refused(['--gate', 'training.csv', '--min-share', '0.1', '--min-distance', '1'], 2, /cannot be used with/);
    await refused(
      ['--gate', '-', '--holdout', '-'],
      2,
      /Expected one table on standard input at most, got --gate and --holdout as -/,
    );
    await refused(['--gate', 'nowhere.csv'], 1, /nowhere\.csv/);
    await refused(
      ['--gate', 'training.csv', '--max-reference-rows', '9'],
      1,
      /raise --max-reference-rows \(training\.csv\)/,
    );
    await refused(['--gate', 'training.csv', '--min-distance', '9'], 1, /lower --min-distance or --min-share/);
  });
});
