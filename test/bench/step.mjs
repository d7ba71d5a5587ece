// @ts-check
// One training step (forward, backward, Adam) beside others, in turns on one machine: npm run bench:step -- [--python python3] [--shape conv]
// Contenders that cannot be loaded (tfjs-node, tfjs-backend-wasm, JAX with optax, PyTorch) are left out and named.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { shapes } from './step/shapes.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    shape: { type: 'string' },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
/** @typedef {{ measure(): Promise<number>, end(): void }} Contender */

/** @param {string} file @param {string} backend @param {string} shape @returns {Promise<Contender>} */
async function node(file, backend, shape) {
  const child = fork(new URL(file, import.meta.url), [backend, shape], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (first !== 'ready') throw new Error('not available');
  return {
    async measure() {
      child.send(seconds);
      return Number((await once(child, 'message'))[0]);
    },
    end: () => void child.kill(),
  };
}

/** @param {string} file @param {string} argument @returns {Promise<Contender>} */
async function python(file, argument) {
  const script = new URL(file, import.meta.url).pathname;
  const child = spawn(values.python, [script, argument], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  if (first !== 'ready') throw new Error('not available');
  return {
    async measure() {
      child.stdin.write(`${seconds}\n`);
      return Number((await once(lines, 'line'))[0]);
    },
    end: () => void child.kill(),
  };
}

/** @type {Record<string, (shape: string) => Promise<Contender>>} */
const contenders = {
  'rx-augment': (shape) => node('./step/compiled.mjs', 'compiled', shape),
  'JAX jit': (shape) => python('./step/jax_step.py', shape),
  'tfjs-node': (shape) => node('./step/tfjs.mjs', 'node', shape),
  'tfjs-wasm': (shape) => node('./step/tfjs.mjs', 'wasm', shape),
  'tfjs-cpu': (shape) => node('./step/tfjs.mjs', 'cpu', shape),
};

/** @type {typeof contenders} */
const convolutional = {
  'rx-augment': (shape) => node('./step/compiled-conv.mjs', 'compiled', shape),
  'PyTorch, 1 thread': () => python('./step/torch_conv_step.py', '1'),
  'PyTorch, 2 threads': () => python('./step/torch_conv_step.py', '2'),
};

console.log(`milliseconds a step, medians of ${rounds} rounds in turns`);
for (const shape of [...Object.keys(shapes), 'conv']) {
  if (values.shape !== undefined && values.shape !== shape) continue;
  /** @type {[string, number][]} */
  const medians = [];
  /** @type {Map<string, { contender: Contender, times: number[] }>} */
  const running = new Map();
  for (const [name, start] of Object.entries(shape === 'conv' ? convolutional : contenders)) {
    await start(shape).then(
      (contender) => running.set(name, { contender, times: [] }),
      () => console.log(`${shape}: ${name} is not available here`),
    );
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, times } of running.values()) times.push(await contender.measure());
  }
  for (const [name, { contender, times }] of running) {
    contender.end();
    medians.push([name, times.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN]);
  }
  const others = medians.filter(([name]) => name !== 'rx-augment').map(([, ms]) => ms);
  const own = medians.find(([name]) => name === 'rx-augment')?.[1] ?? Number.NaN;
  const texts = medians.map(([name, ms]) => `${name} ${ms.toFixed(ms < 1 ? 3 : 2)}`);
  if (others.length > 0) texts.push(`best other / rx-augment ${(Math.min(...others) / own).toFixed(2)}`);
  console.log(`${shape.padEnd(8)} ${texts.join('   ')}`);
}
