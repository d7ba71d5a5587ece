/**
 * The area under the ROC curve: the probability that a positive row scores above a negative one, ties counting half (Mann
 * and Whitney 1947). `positive` is 1 or 0 a row. NaN where one of the classes is empty.
 */
export function areaUnderRoc(scores: Float64Array, positive: ArrayLike<number>): number {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let [positives, ranks] = [0, 0];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] as number];
    let to = from;
    let tied = 0;
    while (to < order.length && scores[order[to] as number] === score)
      tied += positive[order[to++] as number] as number;
    positives += tied;
    ranks += (tied * (from + to + 1)) / 2;
    from = to;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}
