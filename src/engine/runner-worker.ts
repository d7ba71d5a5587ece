import { parentPort } from 'node:worker_threads';
import { messageOf } from '../message-of.js';
import { END } from './end-worker.js';
import { giveWay } from './give-way.js';
import { loadRuntime } from './ort.js';
import { runInChunks } from './run-in-chunks.js';
import type { RunnerGraphs, RunReply, RunRequest } from './runner.js';
import { createSessionCache } from './session-cache.js';

type Arrays = Record<string, Float32Array | Int32Array>;

/** One thread of a runner: sessions are made when a graph is first asked for. */
const graphs: Record<string, Uint8Array> = {};
const sessions = createSessionCache(graphs);
let ending = false;
let last = Promise.resolve();

giveWay();
void loadRuntime();

parentPort?.on('message', (request: RunnerGraphs | RunRequest | typeof END) => {
  if (request === END) {
    ending = true;
    last = last.then(close);
    return;
  }
  if ('graphs' in request) Object.assign(graphs, request.graphs);
  else last = last.then(() => answer(request));
});

async function answer(request: RunRequest): Promise<void> {
  if (ending) return;
  try {
    const value = await run(request);
    reply(
      { value },
      Object.values(value).map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (error) {
    reply({ error: messageOf(error) });
  }
}

async function close(): Promise<void> {
  await sessions.close();
  parentPort?.close();
}

function reply(message: RunReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function run({ graph, inputs, rows }: RunRequest): Promise<Arrays> {
  return runInChunks(await sessions.of(graph), { inputs, rows }, { ended: () => ending });
}
