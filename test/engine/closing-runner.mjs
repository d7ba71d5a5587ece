// @ts-check
// Closes a runner while its thread is in the midst of a call and has another, and prints what came of it. Its argument is the graph's file.
import { readFileSync } from 'node:fs';
import { createRunner } from '../../dist/engine/runner.js';

const runner = createRunner({ slow: readFileSync(process.argv[2] ?? '') }, { workers: 1 });
let exited = false;
process.on('worker', (worker) => worker.on('exit', () => (exited = true)));
const run = (/** @type {number} */ rows) => runner.run('slow', { x: new Float32Array(1000 * rows).fill(0.1) }, rows);
await run(1);
const calls = Promise.allSettled([run(1), run(1), run(1)]);
await new Promise((resolve) => setTimeout(resolve, 30));
// Nobody waits for it: the process itself has to.
void runner.close().then(() => console.log(JSON.stringify({ exited })));
for (const outcome of await calls) console.log(outcome.status === 'rejected' ? outcome.reason.message : 'answered');
