import { existsSync } from 'node:fs';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

describe('watching a training', () => {
  let place: Workplace;
  const run = (...args: string[]) => place.run(args);
  const tiny = ['--epochs', '2', '--hidden', '16', '--validation', '0.2'];
  const eventsOf = (text: string): Event[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
  const logOf = async (name: string) => {
    const text = await readFile(place.at(name), 'utf8');
    expect(text).toMatch(/\n$/);
    return eventsOf(text);
  };
  const kinds = (events: readonly Event[]) => events.map(({ event }) => event).filter((event) => event !== 'step');

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), `${orders(300).join('\n')}\n`);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('logs what --json says, quiet or not, and shows fidelity in both', async () => {
    const args = ['train', 'in.csv', '--model', 'model', ...tiny, '--fidelity', 'epoch', '--log', 'events.jsonl'];
    const { code, stderr } = await run(...args, '--json');
    expect(code).toBe(0);
    const logged = await logOf('events.jsonl');
    expect(kinds(logged)).toEqual(kinds(eventsOf(stderr)));
    expect(kinds(logged)).toEqual([
      'epoch',
      'epoch',
      'model',
      'not-modelled',
      'not-modelled',
      'dependency',
      'saved',
      'summary',
    ]);
    for (const epoch of logged.filter(({ event }) => event === 'epoch')) {
      expect(epoch.fidelity).toMatchObject({ rows: 60 });
    }
    expect(logged.find(({ event }) => event === 'model')).toMatchObject({ fidelity: { rows: 60 } });
    expect((await run(...args, '--quiet')).stderr).toBe('');
    expect(kinds(await logOf('events.jsonl'))).toEqual(kinds(logged));
  });

  it('says where a log cannot be written', async () => {
    const { code, stderr } = await run('train', 'in.csv', '--model', 'unlogged', ...tiny, '--log', 'nowhere/log.jsonl');
    expect([code, stderr]).toEqual([
      1,
      'rx-augment: Expected `nowhere/log.jsonl` to be a writable file, got ENOENT: no such file or directory\n',
    ]);
  });

  it('says how far off a model is, and so does what is saved', async () => {
    const args = ['train', 'in.csv', '--model', 'stopped', ...tiny, '--stop-on', 'fidelity'];
    const { stderr } = await run(...args);
    expect(stderr).toMatch(/trained on 300 rows: .*, shapes off by \d+\.\d %, trends by \d+\.\d %, /);
    const text = (await run('inspect', 'stopped')).stdout.toString();
    expect(text).toMatch(/patience 8, stopOn fidelity\n/);
    expect(text).toMatch(/held-out -log p +shapes off +trends off\n.* \d+\.\d % +\d+\.\d %/);
    const plain = await run('train', 'in.csv', '--model', 'plain', ...tiny, '--fidelity', 'off');
    expect(plain.stderr).not.toMatch(/off by/);
    expect((await run('inspect', 'plain')).stdout.toString()).not.toMatch(/shapes off|stopOn/);
  });

  it('writes no log over its table, its output or its model, and no model over these', async () => {
    const before = await readFile(place.at('in.csv'), 'utf8');
    await symlink('in.csv', place.at('link.csv'));
    const train = ['train', 'in.csv', ...tiny];
    const augment = ['augment', '1', 'in.csv', ...tiny];
    for (const [args, message] of [
      [[...train, '--model', 'm', '--log', 'in.csv'], 'Expected --log to be another place than FILE, which'],
      [[...train, '--model', 'm', '--log', 'link.csv'], 'Expected --log to be another place than FILE, which'],
      [[...train, '--model', 'm', '--log', 'm/log.jsonl'], 'Expected --model to be another place than --log, which'],
      [[...train, '--model', '.'], 'Expected --model to be another place than FILE, which'],
      [[...train, '--model', 'm', '--log', '-'], "option '--log <file>' argument '-' is invalid"],
      [[...augment, '-o', 'o', '--log', './o'], 'Expected --log to be another place than -o, which'],
      [[...augment, '-o', 'o', '--save-model', 'o'], 'Expected --save-model to be another place than -o, which'],
      [[...augment, '--save-model', 'o', '--log', 'o'], 'Expected --save-model to be another place than --log, which'],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect([code, stderr.slice('rx-augment: '.length, 'rx-augment: '.length + message.length)]).toEqual([2, message]);
    }
    expect(await readFile(place.at('in.csv'), 'utf8')).toBe(before);
    expect(['m', 'o', '-'].filter((name) => existsSync(place.at(name)))).toEqual([]);
  });

  it('says that --max-seconds cut the training short, and only where it did', async () => {
    const args = ['train', 'in.csv', '--hidden', '16', '--model', 'limited', '--log', 'limited.jsonl'];
    const cut = await run(...args, '--epochs', '3', '--max-seconds', '0');
    expect(cut.stderr).toMatch(/^trained on 300 rows: 1 epoch .* s: cut short by --max-seconds, of 3 epochs$/m);
    expect((await logOf('limited.jsonl')).find(({ event }) => event === 'model')).toMatchObject({ cutShort: true });
    const whole = await run(...args, '--epochs', '2', '--max-seconds', '1000');
    expect(whole.stderr).toMatch(/^trained on 300 rows: 2 epochs .* s$/m);
    expect((await logOf('limited.jsonl')).find(({ event }) => event === 'model')).toMatchObject({ cutShort: false });
  });

  it('logs an augmentation, with a saved model too', async () => {
    expect((await run('augment', '1', 'in.csv', ...tiny, '-o', 'out.csv', '--log', 'fitted.jsonl')).code).toBe(0);
    expect(kinds(await logOf('fitted.jsonl'))).toEqual(expect.arrayContaining(['epoch', 'model', 'summary']));
    expect((await run('train', 'in.csv', '--model', 'saved', ...tiny, '--quiet')).code).toBe(0);
    const args = ['augment', '1', 'in.csv', '--model', 'saved', '-o', 'out.csv', '--log', 'used.jsonl'];
    expect((await run(...args)).code).toBe(0);
    expect(kinds(await logOf('used.jsonl')).at(-1)).toBe('summary');
  });

  it('logs an error, and whole lines up to a signal', async () => {
    await run('train', 'nowhere.csv', '--model', 'never', '--log', 'failed.jsonl');
    expect(await logOf('failed.jsonl')).toEqual([
      { event: 'error', name: 'InputError', message: expect.stringMatching(/nowhere\.csv/) },
    ]);
    const args = ['train', 'in.csv', '--model', 'never', '--epochs', '100000', '--patience', '100000', '--json'];
    const { code } = await place.spawn([...args, '--log', 'cut.jsonl'], {
      signal: { name: 'SIGINT', when: /"event":"epoch"/ },
    });
    expect(code).toBe(130);
    expect(kinds(await logOf('cut.jsonl'))).toContain('epoch');
    const refused = await run('train', 'in.csv', '--model', 'never', '--log', 'no/folder.jsonl');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^rx-augment: .*no\/folder\.jsonl.*\n$/)]);
  });

  it('serves the page while it trains, and ends with it, by a signal too', async () => {
    const { code, stderr } = await run('train', 'in.csv', '--model', 'shown', ...tiny, '--ui', '--quiet');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^watch it at http:\/\/127\.0\.0\.1:\d+\/\n$/)]);
    const args = [
      'train',
      'in.csv',
      '--model',
      'never',
      '--epochs',
      '100000',
      '--patience',
      '100000',
      '--ui',
      '--json',
    ];
    const ended = await place.spawn(args, { signal: { name: 'SIGTERM', when: /"epoch"/ } });
    expect(ended.code).toBe(143);
    expect(eventsOf(ended.stderr)[0]).toEqual({ event: 'ui', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/) });
  });

  it.each<[string, RegExp]>([
    ['--fidelity often', /Expected epoch, off, or a number of seconds/],
    ['--fidelity 0', /Expected epoch, off, or a number of seconds/],
    ['--stop-on time', /Allowed choices are loss, fidelity/],
    ['--port 70000', /Expected a port from 0 to 65535/],
    ['--fidelity epoch --autoencoder', /cannot be used with option/],
  ])('refuses %s', async (flags, message) => {
    const { code, stderr } = await run('train', 'in.csv', '--model', 'never', ...flags.split(' '));
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('refuses to stop on what is not measured', async () => {
    const { code, stderr } = await run(
      ...['train', 'in.csv', '--model', 'never', '--stop-on', 'fidelity', '--fidelity', '5'],
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/Expected --fidelity epoch with --stop-on fidelity, got 5\n$/),
    ]);
  });
});
