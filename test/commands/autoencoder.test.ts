import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from './run-cli.js';

const lines = [
  'age,job,member',
  ...Array.from({ length: 300 }, (_, i) => `${20 + ((i * 37) % 50)},${i % 3 === 0 ? 'cook' : 'clerk'},${i % 2 === 0}`),
];

describe('the commands reconstruct and score', () => {
  let place: Workplace;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.run(args);
    expect(code, stderr).toBe(0);
    return stdout.toString().trimEnd().split('\n');
  };

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('in.csv'), `${lines.join('\n')}\n`);
    await run('train', 'in.csv', '--model', 'vae', '--epochs', '20', '--quiet');
    await run(
      'train',
      'in.csv',
      '--model',
      'ae',
      '--hidden',
      '16',
      '--sparsity',
      'kl:0.1:1',
      '--epochs',
      '60',
      '--quiet',
    );
    await run(
      'train',
      'in.csv',
      '--model',
      'factorised',
      '--decoder',
      'factorised',
      '--hidden',
      '16,8',
      '--epochs',
      '9',
    );
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('write as many records as they read, of the same columns or of scores', async () => {
    for (const model of ['vae', 'ae', 'factorised']) {
      const back = await run('reconstruct', 'in.csv', '--model', model);
      expect(back).toHaveLength(301);
      expect(back[0]).toBe(lines[0]);
      expect(await run('reconstruct', 'in.csv', '--model', model)).toEqual(back);
    }
    for (const command of ['reconstruct', 'score']) {
      const ended = await place.spawn([command, 'in.csv', '--model', 'ae', '--quiet']);
      expect([ended.code, ended.stderr]).toEqual([0, '']);
      expect(ended.stdout.equals((await place.run([command, 'in.csv', '--model', 'ae', '--quiet'])).stdout)).toBe(true);
    }
    const names = async (...args: string[]) => (await run('score', 'in.csv', '--seed', '1', ...args))[0];
    expect(await names('--model', 'vae')).toBe('loss,reconstruction,divergence,likelihood');
    expect(await names('--model', 'vae', '--samples', '8')).toBe(
      'loss,reconstruction,divergence,likelihood,logLikelihood',
    );
    expect(await names('--model', 'factorised')).toBe('loss,reconstruction,divergence');
    expect(await names('--model', 'ae')).toBe('loss,reconstruction');
    expect((await run('encode', 'in.csv', '--model', 'ae'))[0]).toMatch(/^code_0,code_1/);
  });

  it('say in inspect what the network is, and in JSON what the units do', async () => {
    expect((await run('inspect', 'ae')).join('\n')).toMatch(
      /an autoencoder, code \d+ \(sigmoid\), sparse by kl to 0\.1, weight 1\n +hidden layers: 16 \(relu\)/,
    );
    expect((await run('inspect', 'factorised')).join('\n')).toMatch(
      /factorised over columns\n +hidden layers: 16, 8 \(relu\)/,
    );
    const { training } = JSON.parse(await readFile(place.at('ae/model.json'), 'utf8'));
    expect(training.epochs.at(-1).sparsity.target).toBe(0.1);
    expect(training.epochs.at(-1).sparsity.mean.length).toBe(training.network.latent);
    const { stderr } = await place.run([
      'train',
      'in.csv',
      '--model',
      'again',
      '--sparsity',
      'l1:0.1',
      '--epochs',
      '2',
      '--json',
    ]);
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.find(({ event }) => event === 'epoch').sparsity.mean).toEqual(expect.any(Array));
  });

  it('refuse in one line what does not go together', async () => {
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await place.run(args);
      expect(stdout.length).toBe(0);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      return `${code}: ${stderr}`;
    };
    expect(await refused('augment', '1', 'in.csv', '--model', 'ae', '--quiet')).toMatch(
      /^1: .*variational model .*autoencoder/,
    );
    expect(await refused('sample', '1', '--model', 'ae', '--quiet')).toMatch(/^1: .*variational model .*autoencoder/);
    expect(await refused('sample', '1', '--model', 'factorised', '--from', 'null', '--quiet')).toMatch(
      /^1: .*null state/,
    );
    const sparse = (penalty: string) => refused('train', 'in.csv', '--model', 'no', '--sparsity', penalty);
    expect(await sparse('l2:1')).toMatch(/^2: .*Expected l1:WEIGHT or kl:TARGET:WEIGHT/);
    expect(await sparse('kl:1.5:1')).toMatch(/^2: .*Expected a TARGET between 0 and 1/);
    const bernoulli = await refused('train', 'in.csv', '--model', 'no', '--likelihood', 'bernoulli', '--quiet');
    expect(bernoulli).toMatch(/^1: .*`age` in \[0, 1\] for a Bernoulli likelihood, got 20 \(row 1/);
    expect(await place.temporaryFiles()).toEqual([]);
  });
});
