import type { Codec } from '../columns/codec.js';
import { createRunner } from '../engine/runner.js';
import type { FitSettings } from './fit-options.js';
import type { EpochEvent } from './training-event.js';

/** How a model came about. */
export interface TrainingSummary {
  /** Records it was trained on, held-out ones included. */
  readonly rows: number;
  readonly settings: FitSettings;
  /** The epoch whose weights were kept, from 1. */
  readonly bestEpoch: number;
  readonly epochs: readonly Omit<EpochEvent, 'kind'>[];
}

/** Everything a fitted model consists of. */
export interface ModelParts {
  readonly codec: Codec;
  /** ONNX files by name: `encoder`, `decoder`, `sampler`. */
  readonly graphs: Readonly<Record<string, Uint8Array>>;
  readonly training: TrainingSummary;
}

/**
 * A codec and a trained network. The methods take and give codes, row-major; records come and go through `codec`. Worker
 * threads start with the first call and end with `close`; an idle model does not keep the process alive.
 */
export interface FittedModel extends ModelParts {
  /** Dimension of the latent space. */
  readonly latent: number;
  /** q(z | x): codes [rows, columns] -> mean and log-variance, each [rows, latent]. */
  encode(codes: ArrayLike<number>, rows: number): Promise<{ readonly mu: Float32Array; readonly logVar: Float32Array }>;
  /** Draws from p(x | z): latents [rows, latent] and uniforms in (0, 1) [rows, columns] -> codes [rows, columns]. */
  decode(latents: Float32Array, uniforms: Float32Array, rows: number): Promise<Int32Array>;
  /** Draws new records: uniforms in (0, 1) [rows, columns] -> codes [rows, columns]. */
  draw(uniforms: Float32Array, rows: number): Promise<Int32Array>;
  /** Says that calls will come; the threads end when the last of those who said so has called what this returns. */
  retain(): () => void;
  /** Ends the worker threads; a later call starts new ones. */
  close(): Promise<void>;
}

/** Puts a model together; `workers` is the number of threads at most, by default what the machine has. */
export function createFittedModel(parts: ModelParts, options: { readonly workers?: number } = {}): FittedModel {
  const runner = createRunner(parts.graphs, options);
  const { latent } = parts.training.settings;
  return {
    ...parts,
    latent,
    async encode(codes, rows) {
      const { mu, logVar } = await runner.run('encoder', { codes: new Int32Array(codes) }, rows);
      return { mu: mu as Float32Array, logVar: logVar as Float32Array };
    },
    async decode(latents, uniforms, rows) {
      return (await runner.run('decoder', { latent: latents, uniforms }, rows)).codes as Int32Array;
    },
    async draw(uniforms, rows) {
      return (await runner.run('sampler', { uniforms }, rows)).codes as Int32Array;
    },
    retain: () => runner.retain(),
    close: () => runner.close(),
  };
}
