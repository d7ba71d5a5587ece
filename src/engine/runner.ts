import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { callWorker, type WorkerReply } from './call-worker.js';
import { endWorker } from './end-worker.js';
import type { InputArrays, Runner } from './engine.js';
import { withoutTelemetry } from './without-telemetry.js';

/** Rows that go through a graph at a time. Results are computed for exactly so many, the last chunk padded. */
export const CHUNK_ROWS = 512;

/** One chunk for a worker: inputs of CHUNK_ROWS rows. */
export interface RunRequest {
  readonly graph: string;
  readonly inputs: InputArrays;
}

/** What a worker gives back: outputs of CHUNK_ROWS rows. */
export type RunReply = WorkerReply<InputArrays>;

/**
 * Runs ONNX graphs (by name, whole files as bytes) in worker threads, which start with the first call. Rejects with an
 * EngineError when a graph fails or a worker dies.
 */
export function createRunner(
  graphs: Readonly<Record<string, Uint8Array>>,
  options: { readonly workers?: number } = {},
): Runner {
  const limit = Math.max(1, options.workers ?? availableParallelism());
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: { resolve(worker: Worker): void; reject(error: Error): void }[] = [];
  let users = 0;

  const acquire = (): Worker | Promise<Worker> => {
    const worker = idle.pop();
    if (worker !== undefined) return worker;
    if (all.size >= limit) return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    withoutTelemetry();
    const started = new Worker(new URL('./runner-worker.js', import.meta.url), { workerData: graphs });
    started.unref();
    all.add(started);
    return started;
  };
  const release = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next.resolve(worker);
  };
  const runChunk = async (request: RunRequest): Promise<InputArrays> => {
    const worker = await acquire();
    worker.ref();
    try {
      const reply = await exchange(worker, request);
      if (all.has(worker)) release(worker);
      else throw new EngineError('The runner was closed');
      worker.unref();
      return reply;
    } catch (cause) {
      if (!all.has(worker)) throw new EngineError('The runner was closed', { cause });
      await close();
      throw cause;
    }
  };
  const close = async (): Promise<void> => {
    const ending = [...all];
    all.clear();
    idle.length = 0;
    for (const { reject } of waiting.splice(0)) reject(new EngineError('The runner was closed'));
    await Promise.all(ending.map(endWorker));
  };

  return {
    async run(graph, inputs, rows) {
      const chunks = Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, chunk) =>
        runChunk({ graph, inputs: chunkOf(inputs, rows, chunk) }),
      );
      return joined(await Promise.all(chunks), rows);
    },
    retain() {
      let kept = true;
      users += 1;
      return () => {
        if (!kept) return;
        kept = false;
        users -= 1;
        if (users === 0) void close();
      };
    },
    close,
  };
}

function exchange(worker: Worker, request: RunRequest): Promise<InputArrays> {
  const reply = callWorker<InputArrays>(worker);
  const buffers = Object.values(request.inputs).map(({ buffer }) => buffer as ArrayBuffer);
  worker.postMessage(request, buffers);
  return reply;
}

/** The rows of a chunk, copied, and zeros behind the last row. */
function chunkOf(inputs: InputArrays, rows: number, chunk: number): InputArrays {
  const entries = Object.entries(inputs).map(([name, values]) => {
    const width = values.length / rows;
    if (!Number.isInteger(width)) throw new RangeError(`Expected input \`${name}\` to hold ${rows} whole rows`);
    const part = values.subarray(chunk * CHUNK_ROWS * width, (chunk + 1) * CHUNK_ROWS * width);
    const length = CHUNK_ROWS * width;
    const padded = values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
    padded.set(part);
    return [name, padded] as const;
  });
  return Object.fromEntries(entries);
}

function joined(chunks: readonly InputArrays[], rows: number): Record<string, Float32Array | Int32Array> {
  const names = Object.keys(chunks[0] ?? {});
  const entries = names.map((name) => {
    const parts = chunks.map((chunk) => chunk[name] as Float32Array);
    const [first = new Float32Array()] = parts;
    const width = first.length / CHUNK_ROWS;
    const whole = first instanceof Float32Array ? new Float32Array(rows * width) : new Int32Array(rows * width);
    parts.forEach((part, i) => {
      whole.set(part.subarray(0, Math.min(CHUNK_ROWS, rows - i * CHUNK_ROWS) * width), i * CHUNK_ROWS * width);
    });
    return [name, whole] as const;
  });
  return Object.fromEntries(entries);
}
