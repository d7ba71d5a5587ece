import type { MessagePort } from 'node:worker_threads';
import type { InputSpec } from '../models/model.js';
import type { ParameterSpec } from '../models/parameter-spec.js';
import { parameterCount } from '../models/parameters.js';
import { sizeOf } from '../models/shape.js';
import { CHUNK_ROWS } from './chunk-rows.js';
import type { CompiledGraphs, CompiledTraining } from './compile.js';
import type { AdamOptions, InputArrays } from './engine.js';
import { inputLength } from './input-values.js';
import type { ParameterSizes } from './parameter-memory.js';

/** Steps that may wait in shared memory, an even number: half of them are filled while workers are at the other half. */
export const SLOTS = 32;

/** Everything the threads of one training share: plain values and SharedArrayBuffers, so it can be posted. */
export interface SharedTraining {
  readonly compiled: CompiledTraining;
  readonly batchRows: number;
  readonly workers: number;
  readonly adam: AdamOptions;
  readonly averageDecay: number;
  /** Control words for meeting points; see rendezvous.ts. */
  readonly control: Int32Array;
  /** By input: [SLOTS, parts, stride]; see `partsOf`. */
  readonly inputs: Readonly<Record<string, Float32Array | Int32Array>>;
  /** [SLOTS] */
  readonly learningRates: Float32Array;
  /** By what is carried over from gradients to reports: [SLOTS, stride]; see `strideOf`. */
  readonly carried: Readonly<Record<string, Float32Array>>;
  /** [SLOTS, shards, all metrics] */
  readonly metrics: Float32Array;
  /** The parameters, their average, and what Adam needs besides; see parameter-memory.ts. */
  readonly memory: WebAssembly.Memory;
}

/** A training, and which of its workers a thread is. */
export interface TrainingPlace {
  readonly worker: number;
  readonly shared: SharedTraining;
}

/** What a thread that reports is told first. */
export interface ReportingPlace {
  readonly shared: SharedTraining;
  /** Where it hears of steps that were taken. */
  readonly taken: MessagePort;
}

/** What every thread of a training is told first. */
export interface BeginRequest<Place> {
  readonly kind: 'begin';
  readonly place: Place;
}

/** `count` slots, from `slot` on. */
export interface Slots {
  readonly slot: number;
  readonly count: number;
}

/** The numbers of slots. */
export function slotsOf({ slot, count }: Slots): number[] {
  return Array.from({ length: count }, (_, i) => slot + i);
}

/** The steps in some slots, with `before` taken before them. */
export interface StepRequest extends Slots {
  readonly kind: 'step';
  readonly before: number;
  /** Whether what they report is left to the reporter, which then answers; see `reporter`. */
  readonly apart: boolean;
}

/**
 * What the main thread asks of each worker once it has begun; each answers with a WorkerReply when it is done, to `run` with its rows'
 * outputs. A graph is sent before it is run. `export` is asked of one, and answered with the graphs that have the weights in them.
 * `reporter` is told to one, and not answered: where it tells the thread that reports of steps.
 */
export type TrainingRequest =
  | StepRequest
  | { readonly kind: 'reporter'; readonly taken: MessagePort }
  | { readonly kind: 'graph'; readonly graph: string; readonly onnx: Uint8Array }
  | ({ readonly kind: 'evaluate' } & Slots)
  | { readonly kind: 'gradient'; readonly slot: number }
  | { readonly kind: 'run'; readonly graph: string; readonly inputs: InputArrays; readonly rows: number }
  | { readonly kind: 'export'; readonly graphs: CompiledGraphs; readonly weights: Float32Array };

/** What the thread that reports hears of steps: in which slots they were taken, or why they could not be. */
export type TakenSteps = Slots | { readonly error: string };

/** What a worker answers: see `TrainingRequest`. */
export type TrainingAnswer = InputArrays | CompiledGraphs | undefined;

/**
 * Numbers from the beginning of one array to that of the next, for arrays of `length` numbers. All of them begin alike for vector
 * code: ONNX Runtime adds up the numbers of a row in an order that depends on where in 16 bytes it begins.
 */
export function strideOf(length: number): number {
  return 16 * Math.ceil(length / 16);
}

/** Into how many arrays an input of a batch is cut, how many numbers each has, and how far apart they begin. */
export function partsOf(
  spec: InputSpec,
  batchRows: number,
  shards: number,
): { readonly parts: number; readonly length: number; readonly stride: number } {
  const parts = spec.perRow ? shards : 1;
  const length = inputLength(spec, batchRows) / parts;
  return { parts, length, stride: strideOf(length) };
}

/** How many numbers the metrics of a shard are, one after the other. */
export function metricsLength({ metrics }: Pick<CompiledTraining, 'metrics'>): number {
  return metrics.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** How much memory a model's parameters take. */
export function parameterSizes({
  parameters,
  shards,
}: {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly shards: number;
}): ParameterSizes {
  return { padded: strideOf(parameterCount(parameters)), shards };
}

/** The parameters that a worker updates: [begin, end), multiples of 16. */
export function sliceOfWorker(parameters: number, worker: number, workers: number): { begin: number; end: number } {
  const blocks = parameters / 16;
  return {
    begin: 16 * Math.floor((blocks * worker) / workers),
    end: 16 * Math.floor((blocks * (worker + 1)) / workers),
  };
}

/** The shards that a worker computes. */
export function shardsOfWorker(shards: number, worker: number, workers: number): number[] {
  return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard % workers === worker);
}

/** The rows that a worker puts through a graph: [begin, end), whole chunks but for the last. */
export function rowsOfWorker(rows: number, worker: number, workers: number): { begin: number; end: number } {
  const chunks = Math.ceil(rows / CHUNK_ROWS);
  const edge = (at: number) => Math.min(rows, CHUNK_ROWS * Math.floor((chunks * at) / workers));
  return { begin: edge(worker), end: edge(worker + 1) };
}
