import { pace } from './pace.js';

/** Work in parts: each `yield` is a place where it may be left for a while. */
export type Parts<T> = Generator<undefined, T, undefined>;

/** What work in parts gives, done without a pause. */
export function runThrough<T>(parts: Parts<T>): T {
  let part = parts.next();
  while (!part.done) part = parts.next();
  return part.value;
}

/** As `runThrough`, the event loop taking its turns between parts. */
export async function runInTurns<T>(parts: Parts<T>): Promise<T> {
  for (;;) {
    const part = parts.next();
    if (part.done) return part.value;
    // Parts may be short: only where there is something to wait for.
    const turn = pace();
    if (turn !== undefined) await turn;
  }
}
