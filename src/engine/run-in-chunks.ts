import { setImmediate as macrotask } from 'node:timers/promises';
import { sizeOf } from '../models/shape.js';
import type { BoundArray, BoundSession } from './bound-session.js';
import { CHUNK_ROWS } from './chunk-rows.js';
import type { InputArrays } from './engine.js';
import { requireLength } from './input-values.js';

/** What is run besides rows, and until when. */
export interface RunInChunksOptions {
  /** Inputs that are the same for every chunk. */
  readonly shared?: Readonly<Record<string, BoundArray>>;
  /** Asked before each chunk; what is left is then not run. */
  readonly ended?: () => boolean;
}

/** Rows of numbers, each of the shape `tail`. */
interface Rows {
  readonly values: Float32Array | Int32Array;
  readonly tail: readonly number[];
}

/**
 * Runs a graph on `rows` rows, each input an array of whole rows, chunk by chunk; the outputs hold as many. Whole chunks are read
 * and written where they are, the last one goes through arrays with zeros behind its rows. Rejects with a RangeError where an
 * input is not the graph's, or its rows are wider or narrower.
 */
export async function runInChunks(
  session: BoundSession,
  { inputs, rows }: { readonly inputs: InputArrays; readonly rows: number },
  { shared = {}, ended = () => false }: RunInChunksOptions = {},
): Promise<Record<string, Float32Array | Int32Array>> {
  const given = Object.entries(inputs).map(([name, values]): [string, Rows] => {
    const tail = session.inputs.find((input) => input.name === name)?.shape.slice(1);
    if (tail === undefined) throw new RangeError(`Expected an input of the graph, got \`${name}\``);
    requireLength(values, name, rows * sizeOf(tail));
    return [name, { values, tail }];
  });
  const results = session.outputs.map(({ name, dtype, shape }): [string, Rows] => {
    const tail = shape.slice(1);
    return [name, { values: zeros(dtype === 'int32', rows * sizeOf(tail)), tail }];
  });
  const binding = session.bind(shared, {});
  try {
    for (let from = 0; from < rows && !ended(); from += CHUNK_ROWS) {
      const [read, written] = [chunkOf(given, from, rows), chunkOf(results, from, rows)];
      for (const { part, chunk } of read) if (part !== chunk.values) chunk.values.set(part);
      binding.bind(named(read), named(written));
      await binding.run();
      for (const { part, chunk } of written) {
        if (part !== chunk.values) part.set(chunk.values.subarray(0, part.length));
      }
      // Messages have their turn: whoever waits for this may have ended.
      await macrotask();
    }
  } finally {
    binding.close();
  }
  return Object.fromEntries(results.map(([name, { values }]) => [name, values]));
}

interface Chunk {
  readonly name: string;
  /** The rows of the chunk that there are, in the whole array. */
  readonly part: Float32Array | Int32Array;
  /** The same, or an array for a whole chunk where there are fewer. */
  readonly chunk: BoundArray;
}

/** The chunk of each array that begins at row `from`. */
function chunkOf(arrays: readonly [string, Rows][], from: number, rows: number): Chunk[] {
  const size = Math.min(CHUNK_ROWS, rows - from);
  return arrays.map(([name, { values, tail }]) => {
    const width = values.length / rows;
    const part = values.subarray(from * width, (from + size) * width);
    const whole = size === CHUNK_ROWS ? part : zeros(values instanceof Int32Array, CHUNK_ROWS * width);
    return { name, part, chunk: { values: whole, shape: [CHUNK_ROWS, ...tail] } };
  });
}

function named(chunks: readonly Chunk[]): Record<string, BoundArray> {
  return Object.fromEntries(chunks.map(({ name, chunk }) => [name, chunk]));
}

function zeros(whole: boolean, length: number): Float32Array | Int32Array {
  return whole ? new Int32Array(length) : new Float32Array(length);
}
