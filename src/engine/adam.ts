import { adamWasm } from './adam-wasm.js';
import type { AdamOptions } from './engine.js';

/** Where in memory the arrays of a slice of parameters begin, in bytes; each holds `count` float32 numbers. */
export interface AdamSlice {
  readonly weights: number;
  readonly first: number;
  readonly second: number;
  readonly average: number;
  /** The first of `shards` gradients, `stride` bytes apart, whose sum is the gradient. */
  readonly gradient: number;
  readonly stride: number;
  readonly shards: number;
  /** A multiple of 16. */
  readonly count: number;
}

/** Step number `t` (from 1) on a slice. */
export type Adam = (slice: AdamSlice, t: number, learningRate: number) => void;

/** Adam (Kingma and Ba 2015) with a running average of the weights, in vector code over a WebAssembly memory. */
export function createAdam(memory: WebAssembly.Memory, options: AdamOptions, averageDecay: number): Adam {
  const { beta1, beta2, epsilon } = options;
  const module = new WebAssembly.Module(Buffer.from(adamWasm, 'base64'));
  const step = new WebAssembly.Instance(module, { memory: { all: memory } }).exports.step as (
    ...values: number[]
  ) => void;
  return (slice, t, learningRate) => {
    const root = Math.sqrt(1 - beta2 ** t);
    const decay = Math.min(averageDecay, (1 + t) / (10 + t));
    step(
      slice.weights,
      slice.first,
      slice.second,
      slice.average,
      slice.gradient,
      slice.stride,
      slice.shards,
      slice.count,
      (learningRate * root) / (1 - beta1 ** t),
      epsilon * root,
      beta1,
      beta2,
      1 - decay,
    );
  };
}

/** The defaults of the paper. */
export const adamDefaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
