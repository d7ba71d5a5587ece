import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

describe('what commands say', () => {
  let place: Workplace;
  let events: { event: string; [field: string]: unknown }[];

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), `${orders(300).join('\n')}\n`);
    const args = ['train', 'in.csv', '--model', 'model', '--epochs', '2', '--hidden', '16', '--target', 'size'];
    const { stdout, stderr } = await place.run([...args, '--json']);
    expect(stdout.length).toBe(0);
    events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('is an event a line with --json', () => {
    const kinds = events.map(({ event }) => event).filter((event) => event !== 'step');
    expect(kinds).toEqual([
      'epoch',
      'epoch',
      'model',
      'not-modelled',
      'not-modelled',
      'dependency',
      'saved',
      'summary',
    ]);
    expect(events.at(-1)).toMatchObject({ rowsIn: 300 });
    expect(events.find(({ event }) => event === 'model')).toMatchObject({ rows: 300, network: { hidden: 16 } });
  });

  it('tells which texts are kept back, which --keep-rare lets come back', async () => {
    const towns = Array.from({ length: 60 }, (_, i) => `${i},${i % 20 === 3 ? `lone ${i}` : ['oslo', 'rome'][i % 2]}`);
    await writeFile(place.at('towns.csv'), `n,town\n${towns.join('\n')}\n`);
    const train = async (...more: string[]) => {
      const { stderr } = await place.run(['train', 'towns.csv', '--model', 'towns', '--epochs', '1', ...more]);
      return [stderr, (await place.run(['sample', '2000', '--model', 'towns', '--quiet'])).stdout.toString()];
    };
    const [said, drawn] = await train();
    expect(said).toContain(
      'kept back: texts that fewer than 5 records share, of `town` (3 records); --keep-rare lets them come back\n',
    );
    expect(drawn).not.toContain('lone');
    await writeFile(place.at('more.csv'), 'n,town\n7,oslo\n8,bonn\n9,lone 23\n');
    const more = await place.run(['augment', '1', 'more.csv', '--model', 'towns']);
    expect(more.stderr).toContain(
      'not in the model: 2 values of `town`, the first `bonn` in row 2: never seen in training, or in fewer than 5 of its records\n',
    );
    expect(more.stdout.toString()).toMatch(/\n8,bonn\n.*\n9,lone 23\n/);
    const [saidOfAll, all] = await train('--keep-rare', 'town');
    expect(saidOfAll).not.toContain('kept back');
    expect(all).toContain('lone 23');
  });

  it('is nothing with --quiet', async () => {
    const { code, stdout, stderr } = await place.run(['sample', '7', '--model', 'model', '--quiet']);
    expect([code, stderr, stdout.toString().split('\n').length]).toEqual([0, '', 9]);
  });

  it('is one line for an error, an event with --json, more with --debug', async () => {
    const args = ['encode', 'nowhere.csv', '--model', 'model'];
    const message = 'Expected a file, found none (nowhere.csv)';
    expect((await place.run(args)).stderr).toBe(`rx-augment: ${message}\n`);
    const { stderr } = await place.run([...args, '--json']);
    expect(JSON.parse(stderr)).toEqual({ event: 'error', name: 'InputError', message });
    expect((await place.run([...args, '--debug'])).stderr).toMatch(/^rx-augment: .*\nInputError: .*\n {4}at /);
  });

  it('describes a model to people and to programs', async () => {
    const { stdout } = await place.run(['inspect', 'model']);
    const text = stdout.toString();
    expect(text).toMatch(/^model: a model of 6 columns, trained on 300 rows \(rx-augment \d+\.\d+\.\d+, format 5\)\n/);
    expect(text).toMatch(/\n {2}id +utf8 +opaque +not modelled: .*\n {2}colour +utf8 +categorical +3 codes\n/);
    expect(text).toMatch(/colour, price, time, time \(time of day\), size\n/);
    const json = JSON.parse((await place.run(['inspect', 'model', '--json'])).stdout.toString());
    expect(json.network).toMatchObject({
      columns: ['colour', 'price', 'time', 'time (time of day)', 'size'],
      hidden: 16,
      latent: 16,
    });
    expect(text).toMatch(/\n {2}size determines colour: 20 values\n/);
    expect(json.dependencies).toEqual([{ key: 'size', columns: ['colour'], values: 20 }]);
    expect(json.training.epochs).toHaveLength(2);
    expect(json.versions.format).toBe(5);
  });

  it('samples from the prior too, otherwise than from the null state', async () => {
    const from = async (start: string) =>
      (await place.run(['sample', '20', '--model', 'model', '--from', start])).stdout.toString();
    const [first, second] = [await from('prior'), await from('null')];
    expect(first.split('\n')).toHaveLength(22);
    expect(first).not.toBe(second);
  });

  it('names what is wrong with the usage, with exit code 2', async () => {
    const cases: [string[], RegExp][] = [
      [['augment', '-1', 'in.csv'], /unknown option '-1'|'-1' is invalid for argument 'k'/],
      [['augment', '0', 'in.csv'], /Expected K to be at least 1 without --balance, got 0/],
      [['sample', '1', '--model', 'model', '--where', 'size=many'], /value of the column's type .*size=many/],
      [
        ['sample', '1', '--model', 'model', '--where', 'width=1'],
        /--where COLUMN=VALUE with a column of `id`, .*width=1/,
      ],
      [['augment', '1', '--model', 'm', '--epochs', '3'], /'--epochs <n>' cannot be used with option '--model/],
      [['train', 'in.csv'], /required option '--model <dir>'/],
      [['train', 'in.csv', '--model', 'm', '--batch-size', '7'], /--batch-size.*Expected an even number/],
      [['encode', 'in.csv', '--model', 'm', '--delimiter', 'ab'], /--delimiter.*one ASCII character/],
      [['smple'], /unknown command 'smple' \(Did you mean sample\?\)\n$/],
      [['help', 'smple'], /unknown command 'smple' \(Did you mean sample\?\)\n$/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await place.run(args);
      expect([code, stdout.length]).toEqual([2, 0]);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^rx-augment: /);
    }
  });

  it('says in JSON what is wrong with the usage, where all is said in JSON', async () => {
    const { code, stderr } = await place.run(['smple', '--json']);
    expect([code, JSON.parse(stderr)]).toEqual([
      2,
      { event: 'error', name: 'UsageError', message: "unknown command 'smple' (Did you mean sample?)" },
    ]);
  });

  it('helps with an example of each command', async () => {
    for (const command of ['train', 'augment', 'encode', 'reconstruct', 'score', 'sample', 'inspect']) {
      const { code, stdout } = await place.run([command, '--help']);
      expect([code, stdout.toString()]).toEqual([
        0,
        expect.stringMatching(new RegExp(`Example:\\n {2}rx-augment ${command} .*\\n`)),
      ]);
    }
  });

  it('helps with a command by its name', async () => {
    const [asked, given] = [await place.run(['help', 'sample']), await place.run(['sample', '--help'])];
    expect([asked.code, asked.stdout.toString(), asked.stderr]).toEqual([0, given.stdout.toString(), '']);
    const general = await place.run(['help']);
    expect(general.stdout.toString()).toMatch(/^Usage: rx-augment \[options\] \[command\]\n/);
    expect(general.code).toBe(0);
  });

  it('refuses at once a place for the model that holds something else', async () => {
    const { code, stderr } = await place.run(['train', '-', '--model', '.']);
    expect([code, stderr]).toEqual([1, 'rx-augment: Expected a new folder or a saved model, got something else (.)\n']);
  });
});
