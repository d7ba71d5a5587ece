import { spawn } from 'node:child_process';
import { copyFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toArrow } from '../../src/sinks/to-arrow.js';
import { fromCsv } from '../../src/sources/from-csv.js';
import { createWorkplace, type Workplace } from './run-cli.js';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const weather = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data/seattle-weather.csv');

describe('rx-augment', () => {
  let place: Workplace;
  let folder: string;
  let model: string;
  let lines: string[];
  const at = (name: string) => place.at(name);
  const rx = (args: readonly string[], input: readonly (string | Uint8Array)[] = []) => place.run(args, { input });

  async function refused(args: readonly string[], message: RegExp, run = place.run): Promise<void> {
    const before = await readdir(folder);
    const { code, stderr, stdout } = await run([...args, '-o', 'refused.csv']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(await readdir(folder)).toEqual(before);
    expect(await readdir(at('tmp'))).toEqual([]);
  }

  beforeAll(async () => {
    place = await createWorkplace();
    folder = place.folder;
    model = at('model');
    lines = (await readFile(weather, 'utf8')).trimEnd().split(/\r?\n/).slice(0, 401);
    await writeFile(at('in.csv'), `${lines.join('\n')}\n`);
    const { code, stderr } = await place.spawn(['train', 'in.csv', '--model', 'model', '--epochs', '3', '--seed', '1']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/trained on 400 rows/)]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('augments from standard input to standard output, records unchanged and in order', async () => {
    const { code, stdout, stderr } = await place.spawn(['augment', '2', '--model', model], {
      input: [`${lines.join('\n')}\n`],
    });
    const written = stdout.toString().trimEnd().split('\n');
    expect(code).toBe(0);
    expect(written).toHaveLength(1 + 400 * 3);
    expect(written.filter((_, i) => i === 0 || (i - 1) % 3 === 0)).toEqual(lines);
    expect(stderr).toMatch(/400 rows in, 1,200 rows out to standard output/);
  });

  it('gives the same bytes for any chunks and any number of workers, others for another seed', async () => {
    const text = Buffer.from(`${lines.slice(0, 201).join('\n')}\n`);
    const pieces = (size: number) =>
      Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.subarray(i * size, (i + 1) * size));
    const run = async (size: number, ...more: string[]) =>
      (
        await rx(['augment', '2', '--epochs', '1', '--hidden', '32', '--quiet', ...more], pieces(size))
      ).stdout.toString();
    const whole = await run(text.length, '--seed', '5');
    expect(whole.split('\n')).toHaveLength(602);
    expect(await run(7, '--seed', '5', '--workers', '1')).toBe(whole);
    expect(await run(1, '--seed', '5', '--workers', '2')).toBe(whole);
    expect(await run(text.length, '--seed', '6')).not.toBe(whole);
  });

  it('samples to a file and as an Arrow stream', async () => {
    expect((await place.spawn(['sample', '50', '--model', model, '-o', 'new.csv', '--quiet'])).stderr).toBe('');
    expect((await readFile(at('new.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(51);
    const { stdout } = await rx(['sample', '50', '--model', model, '--format', 'arrow']);
    const table = tableFromIPC(stdout);
    expect([table.numRows, table.schema.names]).toEqual([50, lines[0]?.split(',')]);
  });

  it('reads Arrow by its content, and encodes', async () => {
    await lastValueFrom(fromCsv(at('in.csv')).pipe(toArrow(at('in.arrow'))));
    await copyFile(at('in.arrow'), at('disguised'));
    const { code, stdout } = await place.spawn([
      'encode',
      'disguised',
      '--model',
      model,
      '--log-var',
      '--format',
      'csv',
    ]);
    const written = stdout.toString().trimEnd().split('\n');
    expect([code, written.length]).toEqual([0, 401]);
    expect(written[0]?.split(',')).toHaveLength(32);
    const fromText = await rx(['encode', 'in.csv', '--model', model, '--log-var', '--format', 'csv']);
    expect(fromText.stdout.equals(stdout)).toBe(true);
  });

  it.each(['csv', 'jsonl', 'arrow', 'parquet'])(
    'reads %s in gzip from a pipe and from a file of any name',
    async (format) => {
      const { stdout: table } = await rx(['sample', '20', '--model', model, '--format', format, '--quiet']);
      const packed = gzipSync(table);
      await writeFile(at('packed'), packed);
      const expected = await rx(['augment', '1', '-', '--model', model, '--quiet'], [table]);
      expect([expected.code, expected.stdout.toString().split('\n').length]).toEqual([0, 42]);
      for (const [file, input] of [
        ['-', [packed.subarray(0, 3), packed.subarray(3)]],
        ['packed', []],
      ] as const) {
        const { code, stdout, stderr } = await rx(['augment', '1', file, '--model', model, '--quiet'], input);
        expect([code, stderr, stdout.toString()]).toEqual([0, '', expected.stdout.toString()]);
      }
    },
  );

  it.each([
    ['BZh91AY&SY', 'bzip2 data'],
    ['\xfd7zXZ\0\0\x04', 'xz data'],
    ['PK\x03\x04\x14\0\0\0', 'zip data, or a spreadsheet: save it as CSV'],
  ])('says what it does not unpack: %j', async (bytes, found) => {
    const { code, stderr } = await rx(['encode', '--model', model], [Buffer.from(bytes, 'latin1')]);
    expect([code, stderr]).toEqual([
      2,
      `rx-augment: Expected CSV, JSON Lines, Arrow or Parquet, by itself or in gzip or zstd, got ${found} (standard input)\n`,
    ]);
  });

  it.each(['parquet', 'jsonl', 'arrow', 'csv.gz', 'jsonl.zst', 'arrow.gz'])(
    'writes %s, and reads it by its extension and by its content',
    async (extension) => {
      const file = `written.${extension}`;
      expect(await rx(['sample', '50', '--model', model, '-o', file, '--quiet'])).toMatchObject({
        code: 0,
        stderr: '',
      });
      const expected = await rx(['sample', '50', '--model', model, '-o', 'expected.csv', '--quiet']);
      expect(expected.code).toBe(0);
      const args = ['encode', '--model', model, '--quiet'];
      const read = await rx([...args, file]);
      expect([read.code, read.stderr]).toEqual([0, '']);
      expect(read.stdout.equals((await rx([...args, 'expected.csv'])).stdout)).toBe(true);
      if (/gz|zst/.test(extension)) return;
      const piped = await rx(args, [await readFile(at(file))]);
      expect(piped.stdout.equals(read.stdout)).toBe(true);
    },
  );

  it('reads an array of records, by its extension and by its content', async () => {
    await rx(['sample', '50', '--model', model, '-o', 'records.jsonl', '--quiet']);
    const records = (await readFile(at('records.jsonl'), 'utf8')).trimEnd().split('\n');
    await writeFile(at('records.json'), `[\n  ${records.join(',\n  ')}\n]\n`);
    const args = ['encode', '--model', model, '--quiet'];
    const { stdout } = await rx([...args, 'records.jsonl']);
    const read = await rx([...args, 'records.json']);
    expect([read.code, read.stderr, read.stdout.equals(stdout)]).toEqual([0, '', true]);
    expect((await rx(args, [await readFile(at('records.json'))])).stdout.equals(stdout)).toBe(true);
  });

  it('reads the encoding that is said, and says what to do about others', async () => {
    await writeFile(at('wide.csv'), Buffer.from(`${lines.slice(0, 20).join('\n')}\n`, 'utf16le'));
    const { stdout } = await rx(['encode', '--model', model], [`${lines.slice(0, 20).join('\n')}\n`]);
    const read = await rx(['encode', 'wide.csv', '--model', model, '--encoding', 'utf-16le']);
    expect([read.code, read.stdout.equals(stdout)]).toEqual([0, true]);
    await writeFile(at('latin.csv'), Buffer.from('a,b\n1,caf\xe9\n', 'latin1'));
    expect((await rx(['train', 'latin.csv', '--model', 'none'])).stderr).toMatch(/give --encoding, such as/);
  });

  it.each([
    [['train', 'divided.csv', '--model', 'none'], /by commas, got one, "a;b": give --delimiter ';'/],
    [['train', 'divided.csv', '--model', 'none', '--delimiter', '|'], /by \|, got one, "a;b": give --delimiter ';'/],
    [['train', 'commas.tsv', '--model', 'none'], /by tabs, got one, "a,b": give --delimiter ','\n/],
    [['sample', '5', '--model', 'model', '-o', 'x.json'], /Expected an output of .csv, .*got x.json/],
    [['encode', 'in.csv', '--model', 'model', '--encoding', 'klingon'], /Encoding Standard/],
  ])('takes %j for wrong usage', async (args, message) => {
    await writeFile(at('divided.csv'), 'a;b\n1;2\n');
    await writeFile(at('commas.tsv'), 'a,b\n1,2\n');
    const { code, stderr } = await rx(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('says that a table for a model has another delimiter', async () => {
    const input = [`${lines.slice(0, 20).join('\n').replaceAll(',', ';')}\n`];
    const { code, stderr } = await rx(['encode', '--model', 'model'], input);
    expect(stderr).toMatch(
      /^rx-augment: Expected the columns of the model model, got one, "date;.*": is --delimiter ';'\?/,
    );
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect((await rx(['encode', '--model', 'model', '--delimiter', ';'], input)).code).toBe(0);
  });

  it('inspects a model', async () => {
    const { code, stdout, stderr } = await place.spawn(['inspect', model]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/weather\s+utf8\s+categorical/);
  });

  it('says what it never saw, and lets the record pass', async () => {
    await writeFile(at('unseen.csv'), `${[...lines.slice(0, 3), '2012-01-05,0.0,1.0,2.0,3.0,hail'].join('\n')}\n`);
    const { code, stdout, stderr } = await rx(['augment', '1', 'unseen.csv', '--model', model]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/never seen in training: 1 value of `weather`, the first `hail`/),
    ]);
    expect(stdout.toString()).toContain('2012-01-05,0.0,1.0,2.0,3.0,hail\n');
  });

  it('keeps NaN and infinities as values of their own', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i}.5,${i % 3}`);
    await writeFile(at('nan.csv'), `${['x,y', ...rows, 'NaN,1', 'Infinity,2', '-Infinity,0'].join('\n')}\n`);
    const { code, stdout } = await rx(['augment', '1', 'nan.csv', '--epochs', '1']);
    expect(code).toBe(0);
    for (const value of ['NaN,1', 'Infinity,2', '-Infinity,0']) expect(stdout.toString()).toContain(`\n${value}\n`);
    await refused(['augment', '1', 'nan.csv', '--model', model], /column `date` is missing .*nan\.csv/);
  });

  it('learns a table of one column', async () => {
    await writeFile(at('one.csv'), 'a\n1\n2\n3\n');
    const { code, stdout } = await rx(['augment', '1', 'one.csv', '--epochs', '1']);
    expect([code, stdout.toString().trimEnd().split('\n').length]).toEqual([0, 7]);
  });

  describe('refuses with one line, exit code 1, and nothing left behind', () => {
    const cases: readonly [string, string, RegExp][] = [
      ['a ragged row', 'date,b\n2012-01-01,1\n2012-01-02\n', /Expected 2 fields, got 1 \(input\.csv, line 3\)/],
      ['an open quote', 'a,b\n1,2\n3,"4\n', /quote .*\(input\.csv, line 3\)/],
      ['an empty file', '', /Expected a header line, got an empty input \(input\.csv\)/],
      ['a header without rows', 'a,b\n', /Expected at least 1 row, got 0 \(input\.csv\)/],
      ['a single row', 'a,b\n1,x\n', /Expected at least 1 column to learn from.*every row holds the same value/],
    ];
    it.each(cases)('%s', async (_name, text, message) => {
      await writeFile(at('input.csv'), text);
      await refused(['augment', '2', 'input.csv'], message);
    });

    it('a missing file', () => refused(['augment', '2', 'nowhere.csv'], /nowhere\.csv/, place.spawn));

    it('a truncated Arrow file', async () => {
      await lastValueFrom(fromCsv(at('in.csv')).pipe(toArrow(at('whole.arrow'))));
      await writeFile(at('cut.arrow'), (await readFile(at('whole.arrow'))).subarray(0, 5000));
      await refused(['augment', '2', 'cut.arrow', '--model', model], /truncated \(cut\.arrow\)/);
    });

    it.each(['model.json', 'encoder.onnx', 'decoder.onnx', 'sampler.onnx'])('a changed byte in %s', async (file) => {
      await cp(model, at('changed'), { recursive: true });
      const bytes = await readFile(at(`changed/${file}`));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      await writeFile(at(`changed/${file}`), bytes);
      await refused(['sample', '3', '--model', 'changed'], new RegExp(file.replace('.', '\\.')));
      await rm(at('changed'), { recursive: true });
    });
  });

  it('answers wrong usage with exit code 2', async () => {
    for (const args of [['augment', 'many', 'in.csv'], ['sample', '5'], ['nonsense']]) {
      expect((await place.spawn(args)).code).toBe(2);
    }
  });

  it('ends by SIGINT in mid-training with 130, and leaves nothing', async () => {
    const args = ['augment', '2', 'in.csv', '-o', 'never.csv', '--epochs', '100000', '--patience', '100000', '--json'];
    const { code } = await place.spawn(args, { signal: { name: 'SIGINT', when: /"epoch"/ } });
    expect(code).toBe(130);
    expect(await readdir(at('tmp'))).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('ends quietly when its reader has had enough', async () => {
    const script = `"${process.execPath}" "${cli}" sample 100000 --model model --quiet; echo "code $?" >&2`;
    const child = spawn('sh', ['-c', `{ ${script}; } | head -1`], { cwd: folder });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk));
    await new Promise((resolve) => child.on('close', resolve));
    expect([out, err]).toEqual([`${lines[0]}\n`, 'code 0\n']);
  });
});
