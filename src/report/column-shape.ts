import type { SampledColumn } from './column-values.js';
import { countLabels } from './count-labels.js';
import { ksComplement } from './ks-complement.js';
import { tvComplement } from './tv-complement.js';
import { weigh } from './weigh.js';

/**
 * How far two columns' distributions are apart, in [0, 1]: 1 - KSComplement of numbers, 1 - TVComplement of categories.
 * The columns share their levels.
 */
export function columnShapeError(real: SampledColumn, synthetic: SampledColumn): number {
  return real.kind === 'number'
    ? 1 - ksComplement(weigh(real.numbers), weigh(synthetic.numbers))
    : 1 - tvComplement(countLabels(real.codes), countLabels(synthetic.codes));
}
