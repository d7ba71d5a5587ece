import type { Codec } from '../columns/codec.js';
import { createRunner, type RunnerOptions } from '../engine/runner.js';
import { ModelError } from '../errors.js';
import { type FitSettings, requireWhole } from './fit-options.js';
import type { NetworkSummary } from './recipe.js';
import type { EpochEvent } from './training-progress.js';

/** How a model came about. */
export interface TrainingSummary {
  /** Records it was trained on, held-out ones included. */
  readonly rows: number;
  /** What the options came to. */
  readonly settings: FitSettings;
  /** Its kind and its sizes. */
  readonly network: NetworkSummary;
  /** The epoch whose weights were kept, from 1. */
  readonly bestEpoch: number;
  /** The epoch events, in order. */
  readonly epochs: readonly Omit<EpochEvent, 'kind'>[];
}

/** Everything a fitted model consists of. */
export interface ModelParts {
  /** What records are to the network, and back; `codec.schema` is the schema of the table. */
  readonly codec: Codec;
  /** ONNX files by name: `encoder`, `decoder`, `reconstructor`, `scorer`, and `sampler` where there is a null state. */
  readonly graphs: Readonly<Record<string, Uint8Array>>;
  /** How it came about: settings, network, and the losses of each epoch. */
  readonly training: TrainingSummary;
}

/** What each record costs, in nats but for squared errors; arrays of one number a record. */
export interface Scores {
  /** -log p(x | z) for one z; of an autoencoder squared error plus cross-entropy. */
  readonly reconstruction: Float32Array;
  /** KL(q(z | x) || p(z)), of variational models. */
  readonly divergence?: Float32Array;
  /** log p(x | z) + log p(z) - log q(z | x), of variational models: the importance weight of z. */
  readonly logWeight?: Float32Array;
  /** -log p(x), of models with a null state: exact. */
  readonly likelihood?: Float32Array;
}

/**
 * A codec and a trained network. The methods take and give what the codec makes of records, row-major [rows, width]: codes
 * or values; what they are given is copied before they return. Worker threads start with the first call and end with `close`; an idle model does not keep the process alive.
 */
export interface FittedModel extends ModelParts {
  /** Dimension of the latent space. */
  readonly latent: number;
  /** Whether the latent has a distribution to draw from; an autoencoder's code has none. */
  readonly variational: boolean;
  /** Whether new records can start from a null state. */
  readonly hasNullState: boolean;
  /** The mean and log-variance of q(z | x), each [rows, latent]; of an autoencoder the code alone, as `mu`. */
  encode(
    values: ArrayLike<number>,
    rows: number,
  ): Promise<{ readonly mu: Float32Array; readonly logVar?: Float32Array }>;
  /** Draws from p(x | z): latents [rows, latent] and uniforms in (0, 1) [rows, width]. An autoencoder draws nothing. */
  decode(latents: Float32Array, uniforms: Float32Array, rows: number): Promise<Int32Array | Float32Array>;
  /** Draws new records from the null state: uniforms in (0, 1) [rows, width]. ModelError where there is none. */
  draw(uniforms: Float32Array, rows: number): Promise<Int32Array | Float32Array>;
  /**
   * Draws among allowed codes: `allowed` [rows, all codes] is 1 for those, 0 for others; from latents [rows, latent], or from
   * the null state without. ModelError where columns are not drawn one by one.
   */
  drawAllowed(
    draws: { readonly uniforms: Float32Array; readonly allowed: Float32Array; readonly latents?: Float32Array },
    rows: number,
  ): Promise<{ readonly codes: Int32Array; readonly logAllowed: Float32Array }>;
  /** Through the mean of q(z | x) and back: the most likely categories, the means of everything else. */
  reconstruct(values: ArrayLike<number>, rows: number): Promise<Int32Array | Float32Array>;
  /** What records cost under z = mu + sigma * noise; noise [rows, latent] standard normal. */
  score(values: ArrayLike<number>, noise: Float32Array, rows: number): Promise<Scores>;
  /**
   * Says that calls will come; the threads end when the last of those who said so has called what this returns. The operators and
   * `sample` say so for the time of a subscription: to answer many short requests, keep the threads between them.
   */
  retain(): () => void;
  /** Ends the worker threads; a later call starts new ones. */
  close(): Promise<void>;
}

/** Puts a model together. RangeError where the number of threads is below 1. */
export function createFittedModel(parts: ModelParts, options: RunnerOptions = {}): FittedModel {
  if (options.workers !== undefined) requireWhole('workers', options.workers, 1);
  const runner = createRunner(parts.graphs, options);
  const { codec, training } = parts;
  const { latent, kind } = training.network;
  const variational = kind !== 'autoencoder';
  const coded = codec.storage === 'codes';
  const asInput = (values: ArrayLike<number>) =>
    coded
      ? { codes: new Int32Array(values) }
      : { values: values instanceof Float32Array ? values : new Float32Array(values) };
  const records = (outputs: Readonly<Record<string, Float32Array | Int32Array>>) =>
    outputs[coded ? 'codes' : 'values'] as Int32Array | Float32Array;
  return {
    ...parts,
    latent,
    variational,
    hasNullState: parts.graphs.sampler !== undefined,
    async encode(values, rows) {
      const { mu, logVar, code } = await runner.run('encoder', asInput(values), rows);
      return variational ? { mu: mu as Float32Array, logVar: logVar as Float32Array } : { mu: code as Float32Array };
    },
    async decode(latents, uniforms, rows) {
      return records(
        await runner.run('decoder', variational ? { latent: latents, uniforms } : { latent: latents }, rows),
      );
    },
    async draw(uniforms, rows) {
      if (parts.graphs.sampler === undefined) throw new ModelError(`Expected a model with a null state, got a ${kind}`);
      return records(await runner.run('sampler', { uniforms }, rows));
    },
    async drawAllowed({ uniforms, allowed, latents }, rows) {
      if (parts.graphs.conditionalSampler === undefined) {
        throw new ModelError(`Expected a model with an autoregressive decoder for conditions, got a ${kind}`);
      }
      const { codes, logAllowed } =
        latents === undefined
          ? await runner.run('conditionalSampler', { uniforms, allowed }, rows)
          : await runner.run('conditionalDecoder', { uniforms, allowed, latent: latents }, rows);
      return { codes: codes as Int32Array, logAllowed: logAllowed as Float32Array };
    },
    async reconstruct(values, rows) {
      const { reconstructed } = await runner.run('reconstructor', asInput(values), rows);
      return reconstructed as Int32Array | Float32Array;
    },
    async score(values, noise, rows) {
      const inputs = variational ? { ...asInput(values), noise } : asInput(values);
      return (await runner.run('scorer', inputs, rows)) as unknown as Scores;
    },
    retain: () => runner.retain(),
    close: () => runner.close(),
  };
}
