/** Rows of a training step at most: its memory grows with them. */
export const MOST_BATCH_ROWS = 65_536;
