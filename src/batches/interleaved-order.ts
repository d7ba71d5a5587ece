/**
 * Which row comes where when variants follow their records: a record's own row, or -1 - i for variant i, which belongs to row
 * `sources[i]` of so many records; sources never fall.
 */
export function interleavedOrder(records: number, sources: ArrayLike<number>): Int32Array {
  const order = new Int32Array(records + sources.length);
  let [at, variant] = [0, 0];
  for (let row = 0; row < records; row += 1) {
    order[at++] = row;
    for (; variant < sources.length && sources[variant] === row; variant += 1) order[at++] = -1 - variant;
  }
  return order;
}
