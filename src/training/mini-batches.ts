import type { InputArrays } from '../engine/engine.js';
import { pace } from '../pace.js';
import { fillNormals, foldIn, type RandomKey, wordsAt } from '../random.js';
import type { CodeTable } from './code-table.js';
import { copyRow } from './copy-row.js';

/** Rows shuffled at a time: about a millisecond. */
const SHUFFLE_ROWS = 20_000;

/** Shuffles in place (Fisher and Yates), the order following from the key; lets the event loop take its turns. */
export async function shuffle(order: Uint32Array, key: RandomKey): Promise<void> {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const { high, low } = wordsAt(key, i, 0);
    const j = Math.floor(((high * 2 ** 21 + (low >>> 11)) / 2 ** 53) * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
    if (i % SHUFFLE_ROWS === 0) await pace();
  }
}

/** What a batch is made of. */
export interface MiniBatchOptions {
  readonly table: CodeTable;
  /** The table's rows to take, at most `batchRows`. */
  readonly rows: Uint32Array;
  readonly batchRows: number;
  /** Dimension of the noise; without it there is none, and no beta. */
  readonly latent?: number;
  readonly beta?: number;
  readonly key: RandomKey;
}

/**
 * The inputs of a model's objective for some rows: `codes` or `values`, `weights`, and for variational models `noise` and
 * `beta`. Each row weighs 1 / batchRows, so that it counts as much in a last, partial batch as elsewhere; what fills such
 * a batch up weighs nothing. Rows are spread evenly over the batch, whose halves and shards have different parts to play.
 */
export function miniBatch({ table, rows, batchRows, latent, beta = 1, key }: MiniBatchOptions): InputArrays {
  const { width } = table;
  const coded = table.storage === 'codes';
  const taken = coded ? new Int32Array(batchRows * width) : new Float32Array(batchRows * width);
  const weights = new Float32Array(batchRows);
  rows.forEach((row, i) => {
    const place = Math.floor((i * batchRows) / rows.length);
    weights[place] = 1 / batchRows;
    copyRow(table, row, taken, place * width);
  });
  const inputs = coded ? { codes: taken, weights } : { values: taken, weights };
  if (latent === undefined) return inputs;
  const noise = new Float32Array(batchRows * latent);
  fillNormals(
    foldIn(key, 'noise'),
    Array.from({ length: batchRows }, (_, i) => i),
    latent,
    noise,
  );
  return { ...inputs, noise, beta: Float32Array.of(beta) };
}
