import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { END } from './end-worker.js';
import { giveWay } from './give-way.js';
import { createSession, tensorOf } from './ort.js';
import type { RunReply, RunRequest } from './runner.js';
import { CHUNK_ROWS } from './runner.js';

type Arrays = Record<string, Float32Array | Int32Array>;

/** One thread of a runner: sessions are made when a graph is first asked for. */
const graphs = workerData as Readonly<Record<string, Uint8Array>>;
const sessions = new Map<string, Promise<InferenceSession>>();
let ending = false;
let last = Promise.resolve();

giveWay();

parentPort?.on('message', (request: RunRequest | typeof END) => {
  if (request === END) {
    ending = true;
    parentPort?.close();
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

function reply(message: RunReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function run({ graph, inputs, rows }: RunRequest): Promise<Arrays> {
  const session = await sessionOf(graph);
  const whole: Arrays = {};
  for (let from = 0; from < rows && !ending; from += CHUNK_ROWS) {
    const outputs = await session.run(feedsOf(session, inputs, rows, from));
    const size = Math.min(CHUNK_ROWS, rows - from);
    for (const [name, { data }] of Object.entries(outputs)) {
      const values = data as Float32Array | Int32Array;
      const width = values.length / CHUNK_ROWS;
      whole[name] ??= values instanceof Float32Array ? new Float32Array(rows * width) : new Int32Array(rows * width);
      whole[name].set(values.subarray(0, size * width), from * width);
    }
  }
  return whole;
}

/** The chunk that begins at row `from`, with zeros behind the last row. */
function feedsOf(session: InferenceSession, inputs: RunRequest['inputs'], rows: number, from: number) {
  const entries = Object.entries(inputs).map(([name, values]) => {
    const width = values.length / rows;
    const part = values.subarray(from * width, (from + CHUNK_ROWS) * width);
    const chunk = part.length === CHUNK_ROWS * width ? part : padded(part, CHUNK_ROWS * width);
    const shape = session.inputMetadata.find((input) => input.name === name);
    const tail = shape?.isTensor ? shape.shape.slice(1).map(Number) : [];
    return [name, tensorOf(chunk, [CHUNK_ROWS, ...tail])] as const;
  });
  return Object.fromEntries(entries);
}

function padded(part: Float32Array | Int32Array, length: number): Float32Array | Int32Array {
  const values = part instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  values.set(part);
  return values;
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
