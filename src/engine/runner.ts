import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { onDeath, type WorkerReply } from './call-worker.js';
import { CHUNK_ROWS } from './chunk-rows.js';
import { endWorker } from './end-worker.js';
import type { InputArrays, Runner } from './engine.js';
import { joinRows } from './join-rows.js';
import { type RunnerThread, startRunnerThread } from './runner-thread.js';

/** Rows of a message to a worker at most, whole chunks: waking a thread costs as much as a hundred rows. */
const MESSAGE_ROWS = 4 * CHUNK_ROWS;

/** Messages that a worker has at most: the next one is there when it has done one. */
const IN_FLIGHT = 2;

/** Rows for a worker, and how many they are. */
export interface RunRequest {
  readonly graph: string;
  readonly inputs: InputArrays;
  readonly rows: number;
}

/** What a worker is sent first: the graphs, by name. */
export interface RunnerGraphs {
  readonly graphs: Readonly<Record<string, Uint8Array>>;
}

/** What a worker gives back: outputs of as many rows. */
export type RunReply = WorkerReply<InputArrays>;

/** How graphs are run. */
export interface RunnerOptions {
  /** Threads at most, 1 or more; default what the machine has. */
  readonly workers?: number;
  /** One that was started before, for the first calls. */
  readonly thread?: RunnerThread;
}

interface Call {
  readonly request: RunRequest;
  resolve(outputs: InputArrays): void;
  reject(error: unknown): void;
}

/** A worker and the calls it has, in the order in which it answers. */
interface Lane {
  readonly worker: Worker;
  readonly calls: Call[];
}

/**
 * Runs ONNX graphs (by name, whole files as bytes) in worker threads, which start with the first call. Rejects with an
 * EngineError when a graph fails or a worker dies.
 */
export function createRunner(graphs: Readonly<Record<string, Uint8Array>>, options: RunnerOptions = {}): Runner {
  const limit = Math.max(1, options.workers ?? availableParallelism());
  let lanes: Lane[] = [];
  let waiting: Call[] = [];
  let users = 0;

  const startLane = (): Lane => {
    const worker = options.thread?.take() ?? (startRunnerThread().take() as Worker);
    worker.postMessage({ graphs } satisfies RunnerGraphs);
    const lane: Lane = { worker, calls: [] };
    worker.on('message', (reply: RunReply) => {
      // The last replies of a worker that is ending: its calls are rejected, and the process has to wait for it.
      if (!lanes.includes(lane)) return;
      if ('error' in reply) return fail(lane, new EngineError(reply.error));
      lane.calls.shift()?.resolve(reply.value);
      if (lane.calls.length === 0) worker.unref();
      dispatch();
    });
    onDeath(worker, (error) => fail(lane, error));
    lanes.push(lane);
    return lane;
  };
  /** The lane for the next call: one without calls, a new one, or the one with the fewest; undefined when all have enough. */
  const freeLane = (): Lane | undefined => {
    const [first, ...others] = lanes;
    if (first === undefined) return startLane();
    const least = others.reduce((best, lane) => (lane.calls.length < best.calls.length ? lane : best), first);
    if (least.calls.length > 0 && lanes.length < limit) return startLane();
    return least.calls.length < IN_FLIGHT ? least : undefined;
  };
  const dispatch = (): void => {
    for (let call = waiting[0]; call !== undefined; call = waiting[0]) {
      const lane = freeLane();
      if (lane === undefined) return;
      waiting.shift();
      lane.calls.push(call);
      lane.worker.ref();
      const buffers = Object.values(call.request.inputs).map(({ buffer }) => buffer as ArrayBuffer);
      lane.worker.postMessage(call.request, buffers);
    }
  };
  const fail = (lane: Lane, error: EngineError): void => {
    if (!lanes.includes(lane)) return;
    const failed = lane.calls.shift();
    void close().then(() => failed?.reject(error));
  };
  const close = async (): Promise<void> => {
    const ending = lanes;
    const calls = [...lanes.flatMap((lane) => lane.calls.splice(0)), ...waiting];
    lanes = [];
    waiting = [];
    for (const { reject } of calls) reject(new EngineError('The runner was closed'));
    await Promise.all(ending.map(({ worker }) => endWorker(worker)));
  };

  return {
    async run(graph, inputs, rows) {
      // No rows are asked for, too: the graph knows what its outputs are.
      const requests = Array.from({ length: Math.max(1, Math.ceil(rows / MESSAGE_ROWS)) }, (_, message): RunRequest => {
        const from = message * MESSAGE_ROWS;
        const size = Math.min(MESSAGE_ROWS, rows - from);
        return { graph, inputs: rowsOf(inputs, rows, from, size), rows: size };
      });
      const replies = requests.map((request) => {
        const reply = new Promise<InputArrays>((resolve, reject) => waiting.push({ request, resolve, reject }));
        dispatch();
        return reply;
      });
      return joinRows(await Promise.all(replies));
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

/** Copies of `size` rows from row `from` on: a message takes them along. */
function rowsOf(inputs: InputArrays, rows: number, from: number, size: number): InputArrays {
  const entries = Object.entries(inputs).map(([name, values]) => {
    const width = rows === 0 ? values.length : values.length / rows;
    if (!Number.isInteger(width)) throw new RangeError(`Expected input \`${name}\` to hold ${rows} whole rows`);
    return [name, values.slice(from * width, (from + size) * width)] as const;
  });
  return Object.fromEntries(entries);
}
