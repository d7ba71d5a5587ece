/** Milliseconds of work in a turn of the event loop after which what is left waits for the next one. */
const TURN_MS = 4;

/** When work began in the current turn, as `performance.now()` has it; undefined before. One event loop has one turn, whoever works in it. */
let began: number | undefined;

/** Those who wait for a turn, in their order. */
const waiting: (() => void)[] = [];

/**
 * Awaited before each piece of work of up to a few milliseconds, it lets the event loop take its turn where this one has been
 * worked in for 4 ms, by whomever: the stages of a stream that are resumed one after the other within a turn add up.
 * Undefined where there is still time. Who waits is resumed in the order of the calls.
 */
export function pace(): Promise<void> | undefined {
  if (waiting.length === 0 && hasTime()) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    setImmediate(resumeNext);
  });
}

function hasTime(): boolean {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    // Ahead of those that wait by then: they were not there yet.
    setImmediate(() => {
      began = undefined;
    });
  }
  return now - began < TURN_MS;
}

/** Between two immediates what the first one resumed does all its work, so that here it is known how long that took. */
function resumeNext(): void {
  if (hasTime()) waiting.shift()?.();
  else setImmediate(resumeNext);
}
