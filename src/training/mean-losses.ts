import type { Losses } from './training-progress.js';

/** A mean of losses, weighted by rows. */
export function createMeanLosses(): { add(losses: Losses, rows: number): void; readonly mean: Losses } {
  const total: Record<string, number> = {};
  let count = 0;
  return {
    add(losses, rows) {
      for (const [name, value] of Object.entries(losses)) total[name] = (total[name] ?? 0) + value * rows;
      count += rows;
    },
    get mean() {
      return Object.fromEntries(Object.entries(total).map(([name, sum]) => [name, sum / count])) as unknown as Losses;
    },
  };
}
