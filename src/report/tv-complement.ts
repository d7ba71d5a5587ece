/** How often each label is there. */
export type LabelCounts = ReadonlyMap<number, number>;

/**
 * 1 - 1/2 sum |p_real - p_synthetic| over labels, the complement of the total variation distance, in [0, 1], 1 being the
 * same shares (SDMetrics, TVComplement). Null is a label as any other. Without rows on one side 0, on both 1.
 */
export function tvComplement(real: LabelCounts, synthetic: LabelCounts): number {
  const total = (counts: LabelCounts) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [a, b] = [total(real), total(synthetic)];
  if (a === 0 || b === 0) return a === b ? 1 : 0;
  let apart = 0;
  for (const [label, count] of real) apart += Math.abs(count / a - (synthetic.get(label) ?? 0) / b);
  for (const [label, count] of synthetic) if (!real.has(label)) apart += count / b;
  return 1 - apart / 2;
}
