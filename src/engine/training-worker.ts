import { on } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { parameterLayout } from '../models/parameters.js';
import { sizeOf } from '../models/shape.js';
import { createAdam } from './adam.js';
import type { Binding, BoundArray, BoundSession, GraphArray } from './bound-session.js';
import { END } from './end-worker.js';
import type { InputArrays } from './engine.js';
import { inTurn } from './in-turn.js';
import { createSession, loadRuntime } from './ort.js';
import { parametersIn } from './parameter-memory.js';
import { isEnded, meet, throwIfEnded } from './rendezvous.js';
import { runInChunks } from './run-in-chunks.js';
import { createSessionCache } from './session-cache.js';
import {
  metricsLength,
  parameterSizes,
  partsOf,
  rowsOfWorker,
  shardsOfWorker,
  sliceOfWorker,
  type TrainingAnswer,
  type TrainingPlace,
  type TrainingRequest,
} from './shared-step.js';

/**
 * Bytes of a graph of some 4,000 calls (a table of 120 columns). ONNX Runtime's optimiser takes seconds for more of them, with the
 * square of their number (5 s for 300 columns), and makes a step 2 % faster.
 */
const LARGE_GRAPH = 250_000;

/**
 * One thread of a training. It computes the gradients of its shards, then sums and applies those of its slice of the parameters.
 * Batches, parameters, gradients and metrics lie in memory that all threads share, and its sessions work there in place.
 */
const port = parentPort as MessagePort;
const requests = on(port, 'message') as AsyncIterableIterator<[TrainingRequest | typeof END]>;
void loadRuntime();
const { worker, shared } = await begun();
const { compiled, workers, batchRows, control, memory } = shared;
const { shards } = compiled;
const own = shardsOfWorker(shards, worker, workers);
const sizes = parameterSizes(compiled);
const { weights, average, gradients, slice } = parametersIn(memory, sizes);
const { begin, end } = sliceOfWorker(sizes.padded, worker, workers);
const ownSlice = slice(begin, end);
const adam = createAdam(memory, shared.adam, shared.averageDecay);

const layout = parameterLayout(compiled.parameters);
const optimise = compiled.gradients.byteLength < LARGE_GRAPH;
// A step in one part is short, and its arrays are small.
const training = await createSession(compiled.gradients, { optimise, planMemory: shards === 1 });
/** Made when it is first asked for: small tables hold no rows out to judge by. */
let judging: { readonly session: BoundSession; evaluate(slot: number): void | Promise<void> } | undefined;
const graphs: Record<string, Uint8Array> = {};
const sessions = createSessionCache(graphs);
const differentiate = throughShards(training, weights);

port.postMessage({ value: undefined });
for await (const [request] of requests) {
  if (request === END) break;
  try {
    port.postMessage({ value: await handle(request) });
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
}
training.close();
judging?.session.close();
await sessions.close();
port.close();

/** Waits until there is a training; where there will be none, the thread ends here. */
async function begun(): Promise<TrainingPlace> {
  const { value } = await requests.next();
  const [request] = value as [TrainingRequest | typeof END];
  if (request !== END && request.kind === 'begin') return request.place;
  return process.exit();
}

async function handle(request: TrainingRequest): Promise<TrainingAnswer> {
  switch (request.kind) {
    case 'step':
      await inTurn(placesOf(request), (i) => step(request.slot + i, request.before + i + 1));
      return undefined;
    case 'evaluate':
      await evaluate(request);
      return undefined;
    case 'gradient':
      await differentiate(request.slot);
      return undefined;
    case 'graph':
      graphs[request.graph] = request.onnx;
      return undefined;
    case 'run':
      return run(request);
    case 'export': {
      // Loaded here and now: it would hold up the event loop of the main thread.
      const { withWeights } = await import('./with-weights.js');
      return withWeights(request.graphs, compiled.parameters, request.weights);
    }
    case 'begin':
      throw new RangeError('Expected a thread to begin one training');
    default:
      return request satisfies never;
  }
}

async function evaluate(request: Extract<TrainingRequest, { kind: 'evaluate' }>): Promise<void> {
  if (judging === undefined) {
    const session = await createSession(compiled.objective, { optimise });
    judging = { session, evaluate: throughShards(session, average) };
  }
  const { evaluate } = judging;
  await inTurn(placesOf(request), (i) => evaluate(request.slot + i));
}

function placesOf({ count }: { readonly count: number }): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function step(slot: number, t: number): void | Promise<void> {
  const waiting = differentiate(slot);
  return waiting === undefined ? update(slot, t) : waiting.then(() => update(slot, t));
}

function update(slot: number, t: number): void {
  meet(control, workers);
  adam(ownSlice, t, shared.learningRates[slot] as number);
  meet(control, workers);
}

/** Runs a session on this worker's shards of the batch in a slot, under the parameters in `flat`. Bindings are made when first needed. */
function throughShards(session: BoundSession, flat: Float32Array): (slot: number) => void | Promise<void> {
  const bindings = new Map<number, Binding>();
  return (slot) =>
    inTurn(own, (shard) => {
      throwIfEnded(control);
      const place = slot * shards + shard;
      const binding = bindings.get(place) ?? bind(session, flat, slot, shard);
      bindings.set(place, binding);
      return binding.run();
    });
}

/** This worker's rows through a graph under the averaged weights; its session is made when it is first asked for. */
async function run({ graph, inputs, rows }: Extract<TrainingRequest, { kind: 'run' }>): Promise<InputArrays> {
  throwIfEnded(control);
  const { begin, end } = rowsOfWorker(rows, worker, workers);
  if (begin === end) return {};
  const part = Object.entries(inputs).map(([name, values]) => {
    const width = values.length / rows;
    return [name, values.subarray(begin * width, end * width)] as const;
  });
  const session = await sessions.of(graph);
  const request = { inputs: Object.fromEntries(part), rows: end - begin };
  const ended = (): boolean => isEnded(control);
  return runInChunks(session, request, { shared: parametersOf(session.inputs, average), ended });
}

/** Binds a session to a shard's part of a slot's batch, and to what comes of it. */
function bind(session: BoundSession, flat: Float32Array, slot: number, shard: number): Binding {
  return session.bind(
    { ...batchOf(slot, shard), ...parametersOf(session.inputs, flat) },
    { ...metricsOf(slot * shards + shard), ...gradientsOf(session.outputs, gradients[shard] as Float32Array) },
  );
}

/** A shard's part of the batch in a slot. */
function batchOf(slot: number, shard: number): Record<string, BoundArray> {
  const rows = batchRows / shards;
  const entries = Object.entries(compiled.inputs).map(([name, spec]) => {
    const { parts, length, stride } = partsOf(spec, batchRows, shards);
    const first = (slot * parts + (shard % parts)) * stride;
    const values = (shared.inputs[name] as Float32Array).subarray(first, first + length);
    return [name, { values, shape: spec.perRow ? [rows, ...spec.shape] : spec.shape }] as const;
  });
  return Object.fromEntries(entries);
}

function metricsOf(place: number): Record<string, BoundArray> {
  let first = place * metricsLength(compiled);
  const entries = compiled.metrics.map(({ name, shape }) => {
    const values = shared.metrics.subarray(first, first + sizeOf(shape));
    first += values.length;
    return [name, { values, shape }] as const;
  });
  return Object.fromEntries(entries);
}

/** Those of a graph's inputs that are parameters. */
function parametersOf(inputs: readonly GraphArray[], flat: Float32Array): Record<string, BoundArray> {
  const taken = layout.filter(({ name }) => inputs.some((input) => input.name === name));
  return Object.fromEntries(
    taken.map(({ name, shape, offset, size }) => [name, { values: flat.subarray(offset, offset + size), shape }]),
  );
}

/** The gradients among a graph's outputs, in the shapes that the graph gives them. */
function gradientsOf(outputs: readonly GraphArray[], flat: Float32Array): Record<string, BoundArray> {
  const entries = layout.flatMap(({ name, offset, size }) => {
    const output = outputs.find((candidate) => candidate.name === `gradient/${name}`);
    return output === undefined
      ? []
      : [[output.name, { values: flat.subarray(offset, offset + size), shape: output.shape }] as const];
  });
  return Object.fromEntries(entries);
}
