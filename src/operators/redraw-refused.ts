import type { RecordBatch } from 'apache-arrow';
import { counted } from '../counted.js';

/** The codes or values of records [rows, width], and where in its code each value lies. */
export interface Drawn {
  readonly codes: Int32Array | Float32Array;
  readonly places: Float32Array;
}

/** How records are drawn, and made of what was drawn. */
export interface Redraw {
  /** Which records pass: 1 for those, by their row. */
  passing(batch: RecordBatch): Promise<Uint8Array>;
  /** Draws the records of some ids: others for each attempt, from 1. */
  draw(ids: Float64Array, attempt: number): Promise<Drawn>;
  decode(drawn: Drawn): RecordBatch;
  /** Draws of a record at most. */
  readonly attempts: number;
  /** What records are to do, and what to do where one does not. */
  readonly goal: string;
  readonly advice: string;
}

/**
 * The records of `ids`, of which some were refused drawn again until they pass; each depends on its id alone. Rejects with RangeError
 * when one has been refused so often. Gives the records, and how many are not the first draw.
 */
export async function redrawRefused(
  first: Drawn,
  ids: Float64Array,
  { passing, draw, decode, attempts, goal, advice }: Redraw,
): Promise<{ readonly batch: RecordBatch; readonly redrawn: number }> {
  const batch = decode(first);
  let refused = refusedOf(await passing(batch));
  const redrawn = refused.length;
  if (redrawn === 0) return { batch, redrawn };
  const width = first.codes.length / ids.length;
  const drawn = { codes: first.codes.slice(), places: first.places.slice() };
  for (let attempt = 1; refused.length > 0; attempt += 1) {
    if (attempt >= attempts) {
      throw new RangeError(
        `Expected record ${ids[refused[0] as number]} to ${goal} within ${counted(attempts, 'draw')}, got none: ${advice}`,
      );
    }
    const again = await draw(
      Float64Array.from(refused, (row) => ids[row] as number),
      attempt,
    );
    const passes = await passing(decode(again));
    refused.forEach((row, at) => {
      drawn.codes.set(again.codes.subarray(at * width, (at + 1) * width), row * width);
      drawn.places.set(again.places.subarray(at * width, (at + 1) * width), row * width);
    });
    refused = refused.filter((_, at) => passes[at] === 0);
  }
  return { batch: decode(drawn), redrawn };
}

function refusedOf(passes: Uint8Array): Int32Array {
  return Int32Array.from(passes, (_, row) => row).filter((row) => passes[row] === 0);
}
