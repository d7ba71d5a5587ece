// @ts-check
// How long commands take on small tables, where starting is most of it: npm run bench:start-up [-- --rounds 9] [--against CLI.js]
// Medians of wall time and of processor time of all threads, in milliseconds. --against: the command line of another build, run in
// turns with this one, and the median ratio of the pairs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, against: { type: 'string' } },
});
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const builds = values.against === undefined ? [cli] : [values.against, cli];
const data = fileURLToPath(new URL('../../node_modules/vega-datasets/data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rx-augment-start-up-'));
const nowhere = openSync('/dev/null', 'w');

/** @param {string} build @param {readonly string[]} args */
function run(build, args) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null';
  const child = spawnSync('bash', ['-c', script, 'bash', process.execPath, build, ...args], {
    cwd: folder,
    stdio: ['ignore', nowhere, 'pipe'],
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`Expected ${args.join(' ')} to end well, got ${child.status}`);
  const [real = 0, user = 0, system = 0] = child.stderr.trim().split(' ').map(Number);
  return { wall: 1000 * real, processor: 1000 * (user + system) };
}

/** @param {readonly number[]} numbers */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

try {
  const birds = readFileSync(join(data, 'birdstrikes.csv'), 'utf8').split('\n');
  writeFileSync(join(folder, 'birds.csv'), birds.slice(0, 2001).join('\n'));
  writeFileSync(join(folder, 'penguins.json'), readFileSync(join(data, 'penguins.json')));
  run(cli, ['train', 'birds.csv', '--model', 'birds', '--epochs', '2']);
  run(cli, ['train', 'penguins.json', '--model', 'penguins', '--epochs', '2']);
  const commands = [
    '--version',
    '--help',
    'inspect birds',
    'sample 1000 --model birds',
    'augment 1 penguins.json --model penguins',
    'encode penguins.json --model penguins',
    'augment 1 penguins.json',
    'train birds.csv --model new --epochs 5',
  ];
  for (const command of commands) {
    const args = command.split(' ');
    const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => {
      // Each build is as often the first as the other.
      const order = round % 2 === 0 ? builds : builds.toReversed();
      const times = new Map(order.map((build) => [build, run(build, args)]));
      return builds.map((build) => /** @type {ReturnType<typeof run>} */ (times.get(build)));
    });
    const texts = builds.map((_, i) => {
      const wall = median(rounds.map((times) => times[i]?.wall ?? Number.NaN));
      const processor = median(rounds.map((times) => times[i]?.processor ?? Number.NaN));
      return `${wall.toFixed(0).padStart(6)} wall ${processor.toFixed(0).padStart(5)} processor`;
    });
    const ratio = median(rounds.map(([other, own]) => (own?.wall ?? Number.NaN) / (other?.wall ?? Number.NaN)));
    const compared = builds.length === 1 ? '' : `   ratio ${ratio.toFixed(2)}`;
    console.log(`${command.padEnd(44)}${texts.join('   ')}${compared}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
