import { binNumbers, binsOf } from './bin-numbers.js';
import type { SampledColumn } from './column-values.js';
import { contingencySimilarity, type Labels, labelsOf } from './contingency-similarity.js';
import { correlationSimilarity } from './correlation-similarity.js';

/** A column of both tables, with what pairs of columns are compared by. */
export interface TrendColumn {
  readonly real: SampledColumn;
  readonly synthetic: SampledColumn;
  /** Codes, or the bins that numbers fall into. */
  readonly labels: { readonly real: Labels; readonly synthetic: Labels };
}

/** Prepares a column for `pairTrendError`: numbers are cut into 10 bins of equal width over the real range. */
export function trendColumn(real: SampledColumn, synthetic: SampledColumn): TrendColumn {
  const bins = real.kind === 'number' ? binsOf(real.numbers) : undefined;
  const labels = ({ numbers, codes }: SampledColumn) => labelsOf(bins ? binNumbers(numbers, bins) : codes);
  return { real, synthetic, labels: { real: labels(real), synthetic: labels(synthetic) } };
}

/**
 * How far the relation of two columns is off, in [0, 1]: 1 - CorrelationSimilarity for two numbers, else
 * 1 - ContingencySimilarity of codes and bins. NaN where a correlation is undefined.
 */
export function pairTrendError(a: TrendColumn, b: TrendColumn): number {
  if (a.real.kind === 'number' && b.real.kind === 'number') {
    return 1 - correlationSimilarity([a.real.numbers, b.real.numbers], [a.synthetic.numbers, b.synthetic.numbers]);
  }
  return 1 - contingencySimilarity([a.labels.real, b.labels.real], [a.labels.synthetic, b.labels.synthetic]);
}
