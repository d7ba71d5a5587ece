import { parentPort, workerData } from 'node:worker_threads';
import type { BoundSession } from './bound-session.js';
import { END } from './end-worker.js';
import { giveWay } from './give-way.js';
import { createSession } from './ort.js';
import { runInChunks } from './run-in-chunks.js';
import type { RunReply, RunRequest } from './runner.js';

type Arrays = Record<string, Float32Array | Int32Array>;

/** One thread of a runner: sessions are made when a graph is first asked for. */
const graphs = workerData as Readonly<Record<string, Uint8Array>>;
const sessions = new Map<string, Promise<BoundSession>>();
let ending = false;
let last = Promise.resolve();

giveWay();

parentPort?.on('message', (request: RunRequest | typeof END) => {
  if (request === END) {
    ending = true;
    last = last.then(close);
    return;
  }
  last = last.then(() => answer(request));
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
    reply({ error: error instanceof Error ? error.message : String(error) });
  }
}

async function close(): Promise<void> {
  for (const session of await Promise.allSettled(sessions.values())) {
    if (session.status === 'fulfilled') session.value.close();
  }
  parentPort?.close();
}

function reply(message: RunReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function run({ graph, inputs, rows }: RunRequest): Promise<Arrays> {
  return runInChunks(await sessionOf(graph), { inputs, rows }, { ended: () => ending });
}

function sessionOf(graph: string): Promise<BoundSession> {
  const known = sessions.get(graph);
  if (known !== undefined) return known;
  const bytes = graphs[graph];
  if (bytes === undefined)
    throw new RangeError(`Expected one of the graphs ${Object.keys(graphs).join(', ')}, got \`${graph}\``);
  const session = createSession(bytes);
  sessions.set(graph, session);
  return session;
}
