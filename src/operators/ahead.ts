/** Items in work at a time: enough that workers always have the next one. */
const DEPTH = 4;

/** Maps items in their order, with up to four in work ahead of the one that is taken. Nothing starts after an error. */
export async function* ahead<T, R>(items: readonly T[], start: (item: T) => Promise<R>): AsyncGenerator<R, void, void> {
  const started: Promise<R>[] = [];
  for (let i = 0; i < items.length; i += 1) {
    while (started.length < Math.min(items.length, i + DEPTH)) {
      const next = start(items[started.length] as T);
      next.catch(() => undefined);
      started.push(next);
    }
    yield await (started[i] as Promise<R>);
  }
}
