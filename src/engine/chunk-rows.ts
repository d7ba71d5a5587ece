/** Rows that go through a graph at a time. Results are computed for exactly so many, the last chunk padded. */
export const CHUNK_ROWS = 512;
