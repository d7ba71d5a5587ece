/** Parts in work at a time: enough that workers always have the next one. */
const DEPTH = 4;

/**
 * The results of `finish(await start(from))` for from = 0, size, 2 * size, ... below `total`, in their order, with up to four
 * started ahead of the one that is taken. What `finish` does on this thread is done when its result is asked for, one at a
 * time, so that a stage that yields to the event loop between results holds it up by one of them at most. Nothing starts after an error.
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
      const next = start(from);
      next.catch(() => undefined);
      inWork.push(next);
    }
    yield finish(await (inWork.shift() as Promise<S>));
  }
}
