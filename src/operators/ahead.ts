import { pace } from '../pace.js';

/** Parts in work at a time: enough that workers always have the next one. */
const DEPTH = 4;

/**
 * The results of `finish(await start(from))` for from = 0, size, 2 * size, ... below `total`, in their order, with up to four
 * started ahead of the one that is taken. What `finish` does on this thread is done when its result is asked for, one at a
 * time; the event loop may take its turn before each start and each finish. Nothing starts after an error.
 */
export async function* ahead<S, R>(
  total: number,
  size: number,
  start: (from: number) => Promise<S>,
  finish: (started: S) => R,
): AsyncGenerator<R, void, void> {
  const inWork: Promise<S>[] = [];
  for (let from = 0; from < total || inWork.length > 0; ) {
    for (; from < total && inWork.length < DEPTH; from += size) {
      await pace();
      const next = start(from);
      next.catch(() => undefined);
      inWork.push(next);
    }
    const started = await (inWork.shift() as Promise<S>);
    await pace();
    yield finish(started);
  }
}
