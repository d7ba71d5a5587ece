/** Works for so many milliseconds, or longer where other processes have the core. */
export function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Counts pieces of work within a turn of the event loop. */
export function turnCounter(): { piece(): void; readonly most: number; stop(): void } {
  let [inTurn, most] = [0, 0];
  let timer = setImmediate(function turn() {
    inTurn = 0;
    timer = setImmediate(turn);
  });
  return {
    piece() {
      inTurn += 1;
      most = Math.max(most, inTurn);
    },
    get most() {
      return most;
    },
    stop: () => clearImmediate(timer),
  };
}
