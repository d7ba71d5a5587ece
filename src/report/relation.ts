import type { SampledColumn } from './column-values.js';

/** What holds between columns of a real table, and can be asked of the rows of any with its columns, in its order. */
export interface Relation {
  readonly kind: 'dependency' | 'order' | 'formula';
  readonly text: string;
  /** The column that a formula is for. */
  readonly derived?: string;
  /** Whether it holds in each row of a table; undefined where it says nothing. */
  on(table: readonly SampledColumn[]): (row: number) => boolean | undefined;
}
