/** Numbers that columns are fitted to, encoded or counted at a time: a millisecond or two. */
const TURN_VALUES = 10_000;

/** How many rows of so many numbers each to work on between turns of the event loop. */
export function rowsInTurn(width: number): number {
  return Math.max(1, Math.floor(TURN_VALUES / Math.max(1, width)));
}
