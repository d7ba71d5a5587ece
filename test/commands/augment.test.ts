import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type RunOptions, type Workplace } from './run-cli.js';

/** Tells at the end whether the main thread loaded TensorFlow.js. */
const SPY = `
const { isMainThread } = require('node:worker_threads');
process.on('exit', () => {
  const loaded = Object.keys(require('node:module')._cache).some((path) => path.includes('@tensorflow'));
  if (isMainThread) require('node:fs').writeSync(2, 'TENSORFLOW ' + loaded + '\\n');
});`;

describe('rx-augment augment', () => {
  const lines = orders(300);
  const text = `${lines.join('\n')}\n`;
  const training = ['--epochs', '1', '--hidden', '16', '--seed', '3'];
  let place: Workplace;
  let fitted: string;
  let remarks: string;

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), text);
    await writeFile(place.at('spy.cjs'), SPY);
    const { stderr } = await place.spawn(
      ['augment', '2', 'in.csv', '--save-model', 'model', '-o', 'fitted.csv', ...training],
      { env: { NODE_OPTIONS: `--require ${place.at('spy.cjs')}` } },
    );
    remarks = stderr;
    fitted = await readFile(place.at('fitted.csv'), 'utf8');
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  /** With the saved model; what it writes, once it has ended well. */
  async function withModel(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
    const { code, stdout, stderr } = await place.run(['augment', ...args, '--model', 'model', '--seed', '3'], options);
    expect(code, stderr).toBe(0);
    return stdout;
  }

  it('says what was trained, what is not modelled and what was written', () => {
    expect(remarks.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^trained on 300 rows: 1 epoch \(kept the weights of 1\), loss [\d.]+, [\d.]+ s$/),
      expect.stringMatching(/^not modelled: `id` \(.*\): copied from each record$/),
      expect.stringMatching(/^not modelled: `place` \(every row holds the same value\): every new record gets that/),
      'kept: `size` determines `colour`',
      expect.stringMatching(/^300 rows in, 900 rows out to fitted\.csv, [\d.]+ s$/),
      'TENSORFLOW false',
    ]);
  });

  it('writes the same with the model it saved, and loads no TensorFlow.js', async () => {
    const { stdout, stderr } = await place.spawn(['augment', '2', 'in.csv', '--model', 'model', '--seed', '3'], {
      env: { NODE_OPTIONS: `--require ${place.at('spy.cjs')}` },
    });
    expect(stdout.toString()).toBe(fitted);
    expect(stderr).toContain('TENSORFLOW false');
  });

  it('keeps the records, and copies to the variants what is not modelled', () => {
    const rows = fitted.trimEnd().split('\n').slice(1);
    expect(rows.filter((_, i) => i % 3 === 0)).toEqual(lines.slice(1));
    const id = (line: string | undefined) => line?.split(',')[0];
    expect(rows.every((row, i) => id(row) === id(lines[1 + Math.floor(i / 3)]) && row.endsWith(',shop'))).toBe(true);
  });

  it('leaves out the records on request', async () => {
    const rows = fitted.trimEnd().split('\n').slice(1);
    const variants = (await withModel(['2', 'in.csv', '--only-variants'])).toString().trimEnd().split('\n').slice(1);
    expect(variants).toEqual(rows.filter((_, i) => i % 3 !== 0));
  });

  it('reads and writes both formats of Arrow, from files and streams', async () => {
    await withModel(['1', 'in.csv', '-o', 'out.arrow']);
    const file = await readFile(place.at('out.arrow'));
    expect(file.subarray(0, 6).toString()).toBe('ARROW1');
    const stream = await withModel(['1', 'in.csv', '--format', 'arrow']);
    expect(stream.readInt32LE(0)).toBe(-1);
    expect(tableFromIPC(stream).toString()).toBe(tableFromIPC(file).toString());
    const wanted = await withModel(['1', 'out.arrow']);
    expect(wanted.toString().trimEnd().split('\n')).toHaveLength(1 + 4 * 300);
    for (const bytes of [file, stream]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
        bytes.subarray(i * 1000, (i + 1) * 1000),
      );
      expect((await withModel(['1', '-'], { input: pieces })).equals(wanted)).toBe(true);
    }
  });

  it('writes with the delimiter it reads with', async () => {
    const input = [text.replaceAll(',', ';')];
    const written = await withModel(['2', '--delimiter', ';'], { input });
    expect(written.toString()).toBe(fitted.replaceAll(',', ';'));
  });

  it('writes the header alone for a header alone, and variants of a single row', async () => {
    expect((await withModel(['2'], { input: [`${lines[0]}\n`] })).toString()).toBe(`${lines[0]}\n`);
    const written = await withModel(['2'], { input: [`${lines.slice(0, 2).join('\n')}\n`] });
    expect(written.toString()).toBe(`${fitted.split('\n').slice(0, 4).join('\n')}\n`);
  });

  it.each(['encode', 'reconstruct', 'score'])('%s writes the header alone for a header alone, too', async (command) => {
    const ended = (input: string) => place.run([command, '--model', 'model'], { input: [input] });
    const [none, one] = [await ended(`${lines[0]}\n`), await ended(`${lines.slice(0, 2).join('\n')}\n`)];
    expect([none.code, one.code], none.stderr).toEqual([0, 0]);
    expect(none.stdout.toString()).toBe(`${one.stdout.toString().split('\n')[0]}\n`);
  });

  it('keeps numbers and times that are finer than those of the training', async () => {
    const row = 'zzzz,red,3,4.5678,2024-01-11 01:11:30,shop';
    const written = await withModel(['1'], { input: [`${lines[0]}\n${row}\n`] });
    expect(written.toString().split('\n')[1]).toBe(row);
  });

  it('refuses a value of another type, and a truncated Arrow stream, by name and place', async () => {
    const wrong = text.replace(lines[5] as string, 'aaaa,red,large,1.00,2024-01-11 01:11,shop');
    const stream = await withModel(['1', 'in.csv', '--format', 'arrow']);
    const cases: [string | Uint8Array, string][] = [
      [wrong, 'rx-augment: Expected `int32`, got `large` (standard input, line 6, row 5, column `size`)\n'],
      [text.replace('colour', 'color'), 'model model, but column `colour` is missing (standard input)\n'],
      [stream.subarray(0, 5000), 'the Arrow data is truncated (standard input)\n'],
    ];
    for (const [input, message] of cases) {
      const before = await readdir(place.folder);
      const ended = await place.run(['augment', '1', '--model', 'model', '-o', 'never.csv'], { input: [input] });
      expect([ended.code, ended.stderr.split('\n').length]).toEqual([1, 2]);
      expect(ended.stderr).toContain(message);
      expect(await readdir(place.folder)).toEqual(before);
    }
  });

  it('ends by SIGINT in mid-training with 130, also when told twice', async () => {
    const ended = await place.spawn(
      ['augment', '1', 'in.csv', '-o', 'never.csv', '--epochs', '100000', '--patience', '100000', '--json'],
      { signal: { name: 'SIGINT', when: /"event":"epoch"/ } },
    );
    expect(ended.code).toBe(130);
    expect(ended.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
    expect((await readdir(place.folder)).filter((name) => name.includes('never'))).toEqual([]);
    expect(await place.temporaryFiles()).toEqual([]);
  });

  it('ends by SIGTERM with 143 while it waits for input', async () => {
    const ended = await place.spawn(['augment', '1', '--model', 'model', '-o', 'never.csv'], {
      input: [text.slice(0, 100)],
      open: true,
      signal: { name: 'SIGTERM', when: 1500 },
    });
    expect([ended.code, ended.stderr]).toEqual([143, '']);
    expect((await readdir(place.folder)).filter((name) => name.includes('never'))).toEqual([]);
    expect(await place.temporaryFiles()).toEqual([]);
  });
});
