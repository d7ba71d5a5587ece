import { type RandomKey, uniformAt } from '../random.js';

/** How `mixRows` divides and mixes. */
export interface MixRowsOptions {
  /** Numbers of a row. */
  readonly width: number;
  /** Rows of a batch given out, 1 or more. */
  readonly batchRows: number;
  /** Rows kept to draw from, 0 or more; with 0 the order stays. */
  readonly windowRows: number;
  readonly key: RandomKey;
}

/**
 * Regroups rows [rows, width] into batches of exactly `batchRows` rows, the last one smaller, each row drawn from a window of those that
 * came before: neighbours part. The order follows from the key and the rows, however they were divided into chunks.
 */
export async function* mixRows(
  chunks: AsyncIterable<ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> }>,
  { width, batchRows, windowRows, key }: MixRowsOptions,
): AsyncGenerator<Float32Array, void, void> {
  const window = new Float32Array(windowRows * width);
  let held = 0;
  let drawn = 0;
  let batch = new Float32Array(batchRows * width);
  let filled = 0;
  const give = (row: ArrayLike<number>) => {
    batch.set(row, filled * width);
    filled += 1;
  };
  const take = () => {
    const taken = batch.subarray(0, filled * width);
    batch = new Float32Array(batchRows * width);
    filled = 0;
    return taken;
  };
  const draw = () => {
    const place = Math.floor(uniformAt(key, drawn) * held) * width;
    drawn += 1;
    give(window.subarray(place, place + width));
    return place;
  };

  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += width) {
      const row = chunk.subarray(at, at + width);
      if (held < windowRows) {
        window.set(row, held * width);
        held += 1;
        continue;
      }
      if (windowRows === 0) give(row);
      else window.set(row, draw());
      if (filled === batchRows) yield take();
    }
  }
  for (; held > 0; held -= 1) {
    const place = draw();
    window.copyWithin(place, (held - 1) * width, held * width);
    if (filled === batchRows) yield take();
  }
  if (filled > 0) yield take();
}
