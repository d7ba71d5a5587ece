import type { ModelReference } from '../models/model-reference.js';
import type { ParameterSpec } from '../models/parameter-spec.js';

/** Arrays by name, row-major, as a model's inputs describe them. */
export type InputArrays = Readonly<Record<string, Float32Array | Int32Array>>;

/** What an objective gave for one batch: `loss` and the model's further metrics, each of one number or more. */
export type Metrics = Readonly<Record<string, Float32Array>>;

/** One step of training: a full batch (rows that only fill it up have weight 0) and the learning rate. */
export interface TrainingStep {
  readonly inputs: InputArrays;
  readonly learningRate: number;
}

/** What a trainer is made for. */
export interface TrainerOptions {
  readonly model: ModelReference;
  /** Rows of every batch, 1 or more. */
  readonly batchRows: number;
  /** Seed of the parameters' starting values. */
  readonly seed: number;
  /** Worker threads at most; default: what the machine has. Never changes a result. */
  readonly workers?: number;
  /** Decay of the running average of the weights, in [0, 1); default 0.99. Early steps follow faster: (1 + t) / (10 + t). */
  readonly averageDecay?: number;
  /** Adam's beta1, beta2 and epsilon; default 0.9, 0.999 and 1e-8. */
  readonly adam?: AdamOptions;
  /** Gives up making the trainer, rejecting with the signal's reason; once made, it is closed instead. */
  readonly signal?: AbortSignal;
}

/** The constants of Adam (Kingma and Ba 2015). */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** All parameters, flat, in the order of the model's `parameters`. */
export interface Weights {
  /** After the last step. */
  readonly current: Float32Array;
  /** Their running average, what a fitted model keeps. */
  readonly average: Float32Array;
}

/** Trains one model. Calls may overlap; they are carried out in their order. Every call rejects with an EngineError once something failed. */
export interface Trainer {
  readonly batchRows: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Takes steps and gives the metrics of each, measured before its update; a RangeError for one of them takes none. */
  step(steps: readonly TrainingStep[]): Promise<readonly Metrics[]>;
  /** The objective of full batches under the averaged weights; changes nothing. */
  evaluate(batches: readonly InputArrays[]): Promise<readonly Metrics[]>;
  /**
   * One of the model's graphs under the averaged weights, on any number of rows, 1 or more: each input and each output an array of
   * whole rows. Changes nothing.
   */
  run(graph: string, inputs: InputArrays, rows: number): Promise<Readonly<Record<string, Float32Array | Int32Array>>>;
  /** The metrics of a full batch and the gradient of its loss, flat, at the current weights; changes nothing. */
  gradient(inputs: InputArrays): Promise<{ readonly metrics: Metrics; readonly gradient: Float32Array }>;
  weights(): Promise<Weights>;
  /** Replaces current and averaged weights, and starts the optimiser anew. */
  setWeights(values: Float32Array): Promise<void>;
  /** The model's graphs as ONNX files with the given weights inside. */
  exportGraphs(weights: Float32Array): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Ends all threads; pending calls reject. */
  close(): Promise<void>;
}

/** A way to run models. Implementations agree on losses and gradients to 1e-4 and are held to it by one suite. */
export interface Engine {
  readonly name: 'compiled' | 'tensorflow';
  createTrainer(options: TrainerOptions): Promise<Trainer>;
}

/** Runs exported graphs. */
export interface Runner {
  /**
   * Runs a graph on any number of rows, 0 or more; the result does not depend on how many there are or on the workers, for rows go
   * through in chunks of a fixed size. Each input is an array of whole rows, copied before this returns; the outputs hold as many.
   */
  run(graph: string, inputs: InputArrays, rows: number): Promise<Readonly<Record<string, Float32Array | Int32Array>>>;
  /** Says that calls will come; the threads end when the last of those who said so has called what this returns. */
  retain(): () => void;
  /** Ends the threads, running calls rejecting; a later call starts new ones. */
  close(): Promise<void>;
}
