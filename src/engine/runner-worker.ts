import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { END } from './end-worker.js';
import { createSession, tensorOf } from './ort.js';
import type { RunReply, RunRequest } from './runner.js';
import { CHUNK_ROWS } from './runner.js';

/** One thread of a runner: sessions are made when a graph is first asked for. */
const graphs = workerData as Readonly<Record<string, Uint8Array>>;
const sessions = new Map<string, Promise<InferenceSession>>();

parentPort?.on('message', (request: RunRequest | typeof END) => {
  if (request === END) {
    parentPort?.close();
    return;
  }
  run(request).then(
    (value) =>
      reply(
        { value },
        Object.values(value).map(({ buffer }) => buffer as ArrayBuffer),
      ),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});

function reply(message: RunReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function run({ graph, inputs }: RunRequest): Promise<Record<string, Float32Array | Int32Array>> {
  const session = await sessionOf(graph);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => {
      const shape = session.inputMetadata.find((input) => input.name === name);
      const tail = shape?.isTensor ? shape.shape.slice(1).map(Number) : [];
      return [name, tensorOf(values, [CHUNK_ROWS, ...tail])];
    }),
  );
  const outputs = await session.run(feeds);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, (data as Float32Array).slice()]));
}

function sessionOf(graph: string): Promise<InferenceSession> {
  const known = sessions.get(graph);
  if (known !== undefined) return known;
  const bytes = graphs[graph];
  if (bytes === undefined)
    throw new RangeError(`Expected one of the graphs ${Object.keys(graphs).join(', ')}, got \`${graph}\``);
  const session = createSession(bytes);
  sessions.set(graph, session);
  return session;
}
