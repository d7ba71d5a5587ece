import type { LabelCounts } from './tv-complement.js';

/** How often each label is there. */
export function countLabels(labels: ArrayLike<number>): LabelCounts {
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
