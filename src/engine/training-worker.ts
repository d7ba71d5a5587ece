import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { parameterCount, parameterLayout } from '../models/parameters.js';
import { sizeOf } from '../models/shape.js';
import { createAdam } from './adam.js';
import { END } from './end-worker.js';
import type { InputArrays } from './engine.js';
import { createFreeing } from './free-results.js';
import { inputLength } from './input-values.js';
import { JOINED } from './join-gradients.js';
import { createSession, tensorOf } from './ort.js';
import { createParameterMemory } from './parameter-memory.js';
import { meet, throwIfEnded } from './rendezvous.js';
import { runInChunks } from './run-in-chunks.js';
import {
  paddedParameters,
  rowsOfWorker,
  type SharedTraining,
  SLOTS,
  shardsOfWorker,
  sliceOfWorker,
  type TrainingRequest,
} from './shared-step.js';

/**
 * One thread of a training. It computes the gradients of its shards, reduces and applies those of its slice of the
 * parameters, and exchanges slices with its peers, all in private memory: ONNX Runtime does not take shared arrays, so
 * what others need is copied through shared ones.
 */
const { worker, shared } = workerData as { worker: number; shared: SharedTraining };
const { compiled, workers, batchRows, control } = shared;
const { shards } = compiled;
const rows = batchRows / shards;
const own = shardsOfWorker(shards, worker, workers);
const parameters = paddedParameters(compiled.parameters);
const { begin, end } = sliceOfWorker(parameters, worker, workers);
const layout = parameterLayout(compiled.parameters);

const { memory, weights, average, gradients, slice, start } = createParameterMemory(parameters, shards);
const ownSlice = slice(begin, end);
const adam = createAdam(memory, shared.adam, shared.averageDecay);

const inputs = Object.entries(compiled.inputs).map(([name, spec]) => {
  const length = inputLength(spec, rows);
  const values = spec.dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
  return { name, spec, values, tensor: tensorOf(values, spec.perRow ? [rows, ...spec.shape] : spec.shape) };
});
const metrics = compiled.metrics.map((spec) => ({ ...spec, values: new Float32Array(sizeOf(spec.shape)) }));
const metricsLength = metrics.reduce((sum, { values }) => sum + values.length, 0);

const batchFeeds = Object.fromEntries(inputs.map(({ name, tensor }) => [name, tensor]));
const weightFeeds = (flat: Float32Array) =>
  Object.fromEntries(
    layout.map(({ name, shape, offset, size }) => [name, tensorOf(flat.subarray(offset, offset + size), shape)]),
  );
const metricFetches = Object.fromEntries(metrics.map(({ name, values, shape }) => [name, tensorOf(values, shape)]));
const stepFeeds = { ...batchFeeds, ...weightFeeds(weights) };
const averageWeights = weightFeeds(average);
const averageFeeds = { ...batchFeeds, ...averageWeights };
const training = await createSession(compiled.gradients);
const judging = await createSession(compiled.objective);
const graphs = new Map<string, Promise<InferenceSession>>();
const count = parameterCount(compiled.parameters);
const gradientFetches = (flat: Float32Array) =>
  training.outputNames.includes(JOINED)
    ? { [JOINED]: tensorOf(flat.subarray(0, count), [count]) }
    : Object.fromEntries(
        layout.map(({ name, shape, offset, size }) => [
          `gradient/${name}`,
          tensorOf(flat.subarray(offset, offset + size), shape),
        ]),
      );
const stepFetches = gradients.map((flat) => ({ ...metricFetches, ...gradientFetches(flat) }));
const free = createFreeing();

let queue: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: TrainingRequest | typeof END) => {
  queue = queue.then(async () => {
    if (request === END) {
      parentPort?.close();
      return;
    }
    try {
      parentPort?.postMessage({ value: await handle(request) });
    } catch (error) {
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  });
});
parentPort?.postMessage({ value: undefined });

async function handle(request: TrainingRequest): Promise<InputArrays | undefined> {
  switch (request.kind) {
    case 'step':
      for (let i = 0; i < request.count; i += 1) await step((request.slot + i) % SLOTS, request.before + i + 1);
      return undefined;
    case 'evaluate':
      shareAverage();
      for (let i = 0; i < request.count; i += 1) await evaluate((request.slot + i) % SLOTS);
      return undefined;
    case 'gradient':
      for (const shard of own) {
        await differentiate(request.slot, shard);
        shared.gradients.set(gradients[shard] as Float32Array, shard * parameters);
      }
      return undefined;
    case 'run':
      shareAverage();
      return run(request);
    case 'weights':
      shareAverage();
      shared.weights.set(weights.subarray(begin, end), begin);
      return undefined;
    case 'setWeights':
      start(shared.weights);
      return undefined;
    default:
      return request satisfies never;
  }
}

async function step(slot: number, t: number): Promise<void> {
  for (const shard of own) await differentiate(slot, shard);
  if (workers > 1) {
    for (const shard of own) {
      const gradient = gradients[shard] as Float32Array;
      const offset = shard * parameters;
      shared.gradients.set(gradient.subarray(0, begin), offset);
      shared.gradients.set(gradient.subarray(end), offset + end);
    }
    meet(control, workers);
    gradients.forEach((gradient, shard) => {
      if (own.includes(shard)) return;
      const offset = shard * parameters;
      gradient.set(shared.gradients.subarray(offset + begin, offset + end), begin);
    });
  }
  adam(ownSlice, t, shared.learningRates[slot] as number);
  if (workers > 1) {
    shared.weights.set(weights.subarray(begin, end), begin);
    meet(control, workers);
    weights.set(shared.weights.subarray(0, begin));
    weights.set(shared.weights.subarray(end), end);
  }
}

async function differentiate(slot: number, shard: number): Promise<void> {
  throwIfEnded(control);
  fill(slot, shard);
  free(await training.run(stepFeeds, stepFetches[shard] as (typeof stepFetches)[0]));
  report(slot, shard);
}

async function evaluate(slot: number): Promise<void> {
  for (const shard of own) {
    throwIfEnded(control);
    fill(slot, shard);
    await judging.run(averageFeeds, metricFetches);
    report(slot, shard);
  }
}

/** This worker's rows through a graph under the averaged weights; its session is made when it is first asked for. */
async function run({ graph, inputs, rows }: Extract<TrainingRequest, { kind: 'run' }>): Promise<InputArrays> {
  throwIfEnded(control);
  const { begin, end } = rowsOfWorker(rows, worker, workers);
  if (begin === end) return {};
  const own = Object.entries(inputs).map(([name, values]) => {
    const width = values.length / rows;
    return [name, values.subarray(begin * width, end * width)] as const;
  });
  const session = graphs.get(graph) ?? createSession(compiled.graphs[graph] as Uint8Array);
  graphs.set(graph, session);
  return runInChunks(await session, { inputs: Object.fromEntries(own), rows: end - begin }, { shared: averageWeights });
}

/** Copies a shard's part of a batch out of shared memory. */
function fill(slot: number, shard: number): void {
  for (const { name, spec, values } of inputs) {
    const source = shared.inputs[name] as Float32Array;
    const begins = spec.perRow ? (slot * shards + shard) * values.length : slot * values.length;
    (values as Float32Array).set(source.subarray(begins, begins + values.length));
  }
}

function report(slot: number, shard: number): void {
  let offset = (slot * shards + shard) * metricsLength;
  for (const { values } of metrics) {
    shared.metrics.set(values, offset);
    offset += values.length;
  }
}

/** Brings the slices of the averaged weights together in every worker. */
function shareAverage(): void {
  shared.average.set(average.subarray(begin, end), begin);
  meet(control, workers);
  average.set(shared.average);
  meet(control, workers);
}
