import type { InferenceSession } from 'onnxruntime-node';
import { CHUNK_ROWS } from './chunk-rows.js';
import type { InputArrays } from './engine.js';
import { tensorOf } from './ort.js';

/** What is run besides rows, and until when. */
export interface RunInChunksOptions {
  /** Inputs that are the same for every chunk; those that the graph does not have are left out. */
  readonly shared?: InferenceSession.FeedsType;
  /** Asked before each chunk; what is left is then not run. */
  readonly ended?: () => boolean;
}

/** Runs a graph on `rows` rows, each input an array of whole rows, chunk by chunk; the outputs hold as many. */
export async function runInChunks(
  session: InferenceSession,
  { inputs, rows }: { readonly inputs: InputArrays; readonly rows: number },
  { shared = {}, ended = () => false }: RunInChunksOptions = {},
): Promise<Record<string, Float32Array | Int32Array>> {
  const whole: Record<string, Float32Array | Int32Array> = rows === 0 ? withoutRows(session) : {};
  const fixed = Object.fromEntries(Object.entries(shared).filter(([name]) => session.inputNames.includes(name)));
  for (let from = 0; from < rows && !ended(); from += CHUNK_ROWS) {
    const outputs = await session.run({ ...fixed, ...feedsOf(session, inputs, rows, from) });
    const size = Math.min(CHUNK_ROWS, rows - from);
    for (const [name, { data }] of Object.entries(outputs)) {
      const values = data as Float32Array | Int32Array;
      const width = values.length / CHUNK_ROWS;
      whole[name] ??= values instanceof Float32Array ? new Float32Array(rows * width) : new Int32Array(rows * width);
      whole[name].set(values.subarray(0, size * width), from * width);
    }
  }
  return whole;
}

function withoutRows({ outputMetadata }: InferenceSession): Record<string, Float32Array | Int32Array> {
  const entries = outputMetadata.map((output) => {
    return [output.name, output.isTensor && output.type === 'int32' ? new Int32Array() : new Float32Array()] as const;
  });
  return Object.fromEntries(entries);
}

/** The chunk that begins at row `from`, with zeros behind the last row. */
function feedsOf(session: InferenceSession, inputs: InputArrays, rows: number, from: number) {
  const entries = Object.entries(inputs).map(([name, values]) => {
    const width = values.length / rows;
    const part = values.subarray(from * width, (from + CHUNK_ROWS) * width);
    const chunk = part.length === CHUNK_ROWS * width ? part : padded(part, CHUNK_ROWS * width);
    const shape = session.inputMetadata.find((input) => input.name === name);
    const tail = shape?.isTensor ? shape.shape.slice(1).map(Number) : [];
    return [name, tensorOf(chunk, [CHUNK_ROWS, ...tail])] as const;
  });
  return Object.fromEntries(entries);
}

function padded(part: Float32Array | Int32Array, length: number): Float32Array | Int32Array {
  const values = part instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  values.set(part);
  return values;
}
