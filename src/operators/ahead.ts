/** Parts in work at a time: enough that workers always have the next one. */
const DEPTH = 4;

/**
 * The results of `start(from)` for from = 0, size, 2 * size, ... below `total`, in their order, with up to four in work
 * ahead of the one that is taken. A result is let go of once it is taken. Nothing starts after an error.
 */
export async function* ahead<R>(
  total: number,
  size: number,
  start: (from: number) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const inWork: Promise<R>[] = [];
  for (let from = 0; from < total || inWork.length > 0; ) {
    for (; from < total && inWork.length < DEPTH; from += size) {
      const next = start(from);
      next.catch(() => undefined);
      inWork.push(next);
    }
    yield await (inWork.shift() as Promise<R>);
  }
}
