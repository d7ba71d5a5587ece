import { readdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

let place: Workplace;
beforeAll(async () => {
  place = await createWorkplace();
  await writeFile(place.at('in.csv'), `${orders(100).join('\n')}\n`);
  const wide = Array.from({ length: 30 }, (_, c) => `c${c}`);
  await writeFile(place.at('wide.csv'), `${wide.join(',')}\n${wide.map(() => 1).join(',')}\n`);
  await writeFile(
    place.at('odd.csv'),
    `a,"b\x1b[31m\nc"\n${Array.from({ length: 60 }, (_, i) => `${i % 3},${i % 4}\n`).join('')}`,
  );
  const { code, stderr } = await place.run(['train', 'in.csv', '--model', 'model', '--epochs', '1', '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
});
afterAll(() => rm(place.folder, { recursive: true }));

/** The one line of a command that fails and leaves nothing behind. */
async function lineOf(args: readonly string[], expected: number): Promise<string> {
  const before = await readdir(place.folder);
  const { code, stdout, stderr } = await place.run(args);
  expect([code, stdout.length]).toEqual([expected, 0]);
  expect(await readdir(place.folder)).toEqual(before);
  const [line = '', ...more] = stderr.trimEnd().split('\n');
  expect(more).toEqual([]);
  return line.replace(/^rx-augment: /, '');
}

const columns = '`id`, `colour`, `size`, `price`, `time`, `place`';

describe('what is wrong is called what the command line calls it', () => {
  it.each([
    ['--target zz', `Expected --target to be one of the columns ${columns}, got \`zz\` (in.csv)`],
    ['--conditions zz', `Expected --conditions to be among the columns ${columns}, got \`zz\` (in.csv)`],
    ['--keep-rare zz', `Expected --keep-rare to name some of the columns ${columns}, got \`zz\` (in.csv)`],
    [
      '--autoencoder --keep-rare zz',
      `Expected --keep-rare to name some of the columns ${columns}, got \`zz\` (in.csv)`,
    ],
    ['--target size --conditions size', 'Expected --target not to be a condition, got `size` as both (in.csv)'],
    ['--target id', 'Expected --target `id` to be a column to learn from, got one with '],
    ['--conditions id', 'Expected --conditions to be columns to learn from, got `id` with '],
    ['--latent 100000', 'Expected --latent to be at most the '],
  ])('train %s', async (flags, message) => {
    const line = await lineOf(['train', 'in.csv', '--model', 'never', '--epochs', '1', ...flags.split(' ')], 1);
    expect(line).toContain(message);
  });

  it('report --target zz', async () => {
    const line = await lineOf(['report', 'in.csv', 'in.csv', '--target', 'zz', '--quiet'], 1);
    expect(line).toMatch(/^Expected --target to be a compared number or a category/);
  });

  it('augment --balance zz, before anything is trained', async () => {
    const line = await lineOf(['augment', '1', 'in.csv', '--balance', 'zz', '-o', 'never.csv'], 1);
    expect(line).toBe(`Expected --balance to be one of the columns ${columns}, got \`zz\` (in.csv)`);
  });

  it('augment --balance of an unfit column, before anything is trained', async () => {
    const endless = ['--epochs', '100000000', '--patience', '100000000'];
    const line = await lineOf(['augment', '1', 'in.csv', '--balance', 'id', '-o', 'never.csv', ...endless], 1);
    expect(line).toMatch(/^Expected a column of categories to balance, got `id` \(.*\) \(in.csv\)$/);
  });

  it('names twenty columns at most, and a reason once', async () => {
    const target = await lineOf(['train', 'wide.csv', '--model', 'never', '--target', 'zz'], 1);
    expect(target).toContain('`c18`, `c19` and 10 more, got `zz`');
    const constant = await lineOf(['train', 'wide.csv', '--model', 'never'], 1);
    expect(constant).toContain('`c19` and 10 more: every row holds the same value (1 row) (wide.csv)');
  });
});

describe('wrong usage', () => {
  const most = Number.MAX_SAFE_INTEGER;
  it.each([
    [['sample', '3', '--model', 'model', '--seed', '9007199254740993'], `Expected a whole number of at most ${most}.`],
    [
      ['sample', '3', '--model', 'model', '--seed', '-9007199254740993'],
      `Expected a whole number of at least -${most}.`,
    ],
    [['sample', '-3', '--model', 'model'], 'Expected a whole number of at least 0.'],
    [['sample', '2.5', '--model', 'model'], 'Expected a whole number of at least 0.'],
    [['score', 'in.csv', '--model', 'model', '--samples', '100001'], 'Expected a whole number of at most 100000.'],
    [['augment', '1000001', 'in.csv', '--model', 'model'], 'Expected a whole number of at most 1000000.'],
    [['train', 'in.csv', '--model', 'never', '--batch-size', '65538'], 'Expected a whole number of at most 65536.'],
    [['train', 'in.csv', '--model', 'never', '--hidden', '64,16385'], 'Expected a whole number of at most 16384.'],
    [['train', 'in.csv', '--model', 'never', '--sparsity', 'kl:1:1'], 'Expected a TARGET between 0 and 1.'],
    [
      ['train', 'in.csv', '--model', 'never', '--stop-on', 'fidelity', '--fidelity', 'off'],
      'Expected --fidelity epoch with --stop-on fidelity, got off',
    ],
    [
      ['train', 'in.csv', '--model', 'never', '--stop-on', 'fidelity', '--validation', '0'],
      'Expected --validation above 0 with --stop-on fidelity, got 0',
    ],
    [['report', 'in.csv', 'in.csv', '-o', 'x.csv'], 'Expected a page such as report.html behind -o, got x.csv'],
    [
      ['sample', '3', '--model', 'model', '--where', 'size=1..9', 'size=5..20'],
      'Expected one condition a column, as column=one|other or column=low..high, got size=1..9 and size=5..20',
    ],
  ])('%j', async (args, message) => {
    expect(await lineOf(args, 2)).toContain(message);
  });

  it.each([
    ['train', '--text', 'id', 'in.csv', '--model', 'never'],
    ['augment', '1', '--text', 'id', 'in.csv'],
  ])('a table behind an option that takes all words: %s %s %s', async (...args) => {
    expect(await lineOf(args, 2)).toBe(
      'Expected FILE before --text, which takes all that follows, got in.csv behind it',
    );
  });

  it.each([
    ['train', '', '--model', 'never'],
    ['train', 'in.csv', '--model', ''],
    ['augment', '1', 'in.csv', '--model', 'model', '-o', ''],
    ['augment', '1', 'in.csv', '--save-model', ''],
    ['sample', '3', '--model', 'model', '--gate', ''],
    ['report', 'in.csv', ''],
    ['inspect', ''],
  ])('an empty path, as of a variable that is not set: %s %s', async (...args) => {
    expect(await lineOf(args, 2)).toContain('Expected a path, got nothing.');
  });
});

it('shows control characters of names and values, in errors and in remarks', async () => {
  expect(await lineOf(['train', 'odd.csv', '--model', 'never', '--target', 'zz'], 1)).toContain('`a`, `b\\x1b[31m c`');
  const { stderr } = await place.run(['train', 'odd.csv', '--model', 'odd', '--epochs', '1']);
  expect(stderr).not.toContain('\x1b');
});

it('says of a report that a table has no rows', async () => {
  await writeFile(place.at('header.csv'), `${orders(0).join('\n')}\n`);
  const line = await lineOf(['report', 'in.csv', 'header.csv', '--quiet'], 1);
  expect(line).toBe('Expected rows, got none (header.csv)');
});

it('does not train for an output that is a folder', async () => {
  const line = await lineOf(['augment', '1', 'in.csv', '-o', 'never/'], 1);
  expect(line).toBe('Expected `never/` to be a writable file, got a directory');
});
