import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../message-of.js';
import { parameterLayout } from '../models/parameters.js';
import { createAdam } from './adam.js';
import type { Binding, BoundArray, BoundSession, GraphArray } from './bound-session.js';
import { createReport } from './create-report.js';
import type { InputArrays } from './engine.js';
import { inTurn } from './in-turn.js';
import { createSession, loadRuntime } from './ort.js';
import { parametersIn } from './parameter-memory.js';
import { isEnded, meet, throwIfEnded } from './rendezvous.js';
import { runInChunks } from './run-in-chunks.js';
import { createSessionCache } from './session-cache.js';
import {
  parameterSizes,
  rowsOfWorker,
  type StepRequest,
  shardsOfWorker,
  sliceOfWorker,
  slotsOf,
  type TakenSteps,
  type TrainingAnswer,
  type TrainingPlace,
  type TrainingRequest,
} from './shared-step.js';
import { bindTo, slotArrays } from './slot-arrays.js';
import { listenToRequests, UNANSWERED } from './training-requests.js';

/**
 * Bytes of a graph of some 4,000 calls (a table of 120 columns). ONNX Runtime's optimiser takes seconds for more of them, with the
 * square of their number (5 s for 300 columns), and makes a step 2 % faster.
 */
const LARGE_GRAPH = 250_000;

/**
 * One thread of a training. It computes the gradients of its shards, then sums and applies those of its slice of the parameters.
 * Batches, parameters, gradients and metrics lie in memory that all threads share, and its sessions work there in place.
 */
const requests = listenToRequests<TrainingPlace, TrainingRequest>();
void loadRuntime();
const { worker, shared } = await requests.begun();
const { compiled, workers, control, memory } = shared;
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
const report = await createReport(shared);
/** Who reports steps apart, once there is one. */
let reporter: MessagePort | undefined;
/** Made when it is first asked for: small tables hold no rows out to judge by. */
let judging: { readonly session: BoundSession; evaluate(slot: number): void | Promise<void> } | undefined;
const graphs: Record<string, Uint8Array> = {};
const sessions = createSessionCache(graphs);
const differentiate = throughShards(training, weights);

await requests.answer(handle);
reporter?.close();
training.close();
report?.close();
judging?.session.close();
await sessions.close();
requests.close();

async function handle(request: TrainingRequest): Promise<TrainingAnswer | typeof UNANSWERED> {
  switch (request.kind) {
    case 'step':
      if (request.apart) return stepApart(request);
      await takeSteps(request);
      await report?.run(request);
      return undefined;
    case 'reporter':
      reporter = request.taken;
      return UNANSWERED;
    case 'evaluate':
      await evaluate(request);
      return undefined;
    case 'gradient':
      await differentiate(request.slot);
      await report?.run({ slot: request.slot, count: 1 });
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
    default:
      return request satisfies never;
  }
}

async function takeSteps(request: StepRequest): Promise<void> {
  await inTurn(slotsOf(request), (slot) => step(slot, request.before + 1 + slot - request.slot));
}

/** Takes steps that another thread reports, which answers whatever comes of them. */
async function stepApart(request: StepRequest): Promise<typeof UNANSWERED> {
  const taken = await takeSteps(request).then(
    (): TakenSteps => ({ slot: request.slot, count: request.count }),
    (error: unknown): TakenSteps => ({ error: messageOf(error) }),
  );
  reporter?.postMessage(taken);
  return UNANSWERED;
}

async function evaluate(request: Extract<TrainingRequest, { kind: 'evaluate' }>): Promise<void> {
  if (judging === undefined) {
    const session = await createSession(compiled.objective, { optimise });
    judging = { session, evaluate: throughShards(session, average) };
  }
  const { evaluate } = judging;
  await inTurn(slotsOf(request), evaluate);
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
  return bindTo(session, {
    ...slotArrays(shared, slot, shard),
    ...parametersOf(session.inputs, flat),
    ...gradientsOf(gradients[shard] as Float32Array),
  });
}

/** Those of a graph's inputs that are parameters. */
function parametersOf(inputs: readonly GraphArray[], flat: Float32Array): Record<string, BoundArray> {
  const taken = layout.filter(({ name }) => inputs.some((input) => input.name === name));
  return Object.fromEntries(
    taken.map(({ name, shape, offset, size }) => [name, { values: flat.subarray(offset, offset + size), shape }]),
  );
}

/** The gradients of parameters, by the names that a graph gives them. */
function gradientsOf(flat: Float32Array): Record<string, BoundArray> {
  return Object.fromEntries(
    layout.map(({ name, shape, offset, size }) => [
      `gradient/${name}`,
      { values: flat.subarray(offset, offset + size), shape },
    ]),
  );
}
