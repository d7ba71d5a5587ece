import type { AdamSlice } from './adam.js';

/** A number of parameters, rounded up so that Adam takes whole blocks of 16, and into how many parts batches are cut. */
export interface ParameterSizes {
  readonly padded: number;
  readonly shards: number;
}

/** All that Adam works on, in one WebAssembly memory. The arrays are views of it, `padded` numbers each. */
export interface ParameterMemory {
  readonly weights: Float32Array;
  /** The running average of the weights. */
  readonly average: Float32Array;
  /** One a shard. */
  readonly gradients: readonly Float32Array[];
  /** Parameters `begin` up to `end`, both multiples of 16, as Adam takes them. */
  slice(begin: number, end: number): AdamSlice;
  /** Starts anew from these weights, `padded` of them or fewer. */
  start(values: Float32Array): void;
}

/** Memory for parameters and the gradients of shards, which threads can share. RangeError where there is not as much. */
export function createParameterMemory({ padded, shards }: ParameterSizes): WebAssembly.Memory {
  const pages = Math.ceil(((4 + shards) * 4 * padded) / 65536);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new RangeError(`Expected a network that fits into memory, got one of ${padded} weights`, { cause });
  }
}

/** What is where in a memory for parameters of these sizes. */
export function parametersIn(memory: WebAssembly.Memory, { padded, shards }: ParameterSizes): ParameterMemory {
  const bytes = 4 * padded;
  const arrayAt = (index: number) => new Float32Array(memory.buffer, index * bytes, padded);
  const [weights, average, first, second] = [arrayAt(0), arrayAt(1), arrayAt(2), arrayAt(3)];
  return {
    weights,
    average,
    gradients: Array.from({ length: shards }, (_, shard) => arrayAt(4 + shard)),
    slice: (begin, end) => ({
      weights: 4 * begin,
      average: bytes + 4 * begin,
      first: 2 * bytes + 4 * begin,
      second: 3 * bytes + 4 * begin,
      gradient: 4 * bytes + 4 * begin,
      stride: bytes,
      shards,
      count: end - begin,
    }),
    start(values) {
      weights.set(values);
      average.set(values);
      first.fill(0);
      second.fill(0);
    },
  };
}
