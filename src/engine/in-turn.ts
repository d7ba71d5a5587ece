/**
 * Acts on one item after the other, and waits only where there is something to wait for: a step of a small network takes no longer
 * than a few dozen turns of the microtask queue.
 */
export function inTurn<T>(items: readonly T[], act: (item: T) => void | Promise<void>): void | Promise<void> {
  for (const [i, item] of items.entries()) {
    const waiting = act(item);
    if (waiting !== undefined) return waiting.then(() => inTurn(items.slice(i + 1), act));
  }
}
