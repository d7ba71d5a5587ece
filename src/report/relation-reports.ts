import type { Parts } from '../run-parts.js';
import type { SampledColumn } from './column-values.js';
import { dependencyRelations } from './dependency-relations.js';
import { numberRelations } from './number-relations.js';
import type { Relation } from './relation.js';
import { rowsOf } from './take-rows.js';

/** What holds between columns of the real table, and in how many records it is kept. */
export interface RelationReport {
  /** What the values of one column determine, which of two is above the other, or what a column is computed from. */
  readonly kind: Relation['kind'];
  /** `shop determines town`, `start <= end`, `total = price * pieces`. */
  readonly text: string;
  /** Shares of the records that it says something of, in [0, 1]; `synthetic` is null where there are none. */
  readonly kept: { readonly real: number; readonly synthetic: number | null };
  /**
   * Synthetic records that it says something of: not those that lack one of its numbers, nor those whose key is null or has a value
   * that goes with none in the real table, or that fewer than five real records share.
   */
  readonly rows: number;
}

/**
 * Finds in real rows what a model would keep, and asks the synthetic ones for it; those first that lose most. Columns of numbers that are
 * dates, in milliseconds, are named.
 */
export function* relationReports(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  dates: ReadonlySet<string>,
): Parts<RelationReport[]> {
  const rules = yield* numberRelations(real, dates);
  // A formula says more of a column than that another determines it.
  const derived = new Set(rules.flatMap(({ derived }) => derived ?? []));
  const dependencies = yield* dependencyRelations(real, derived);
  const reports: RelationReport[] = [];
  for (const relation of [...dependencies, ...rules]) {
    const [ofReal, ofSynthetic] = [asked(relation, real), asked(relation, synthetic)];
    reports.push({
      kind: relation.kind,
      text: relation.text,
      kept: {
        real: ofReal.kept / ofReal.rows,
        synthetic: ofSynthetic.rows > 0 ? ofSynthetic.kept / ofSynthetic.rows : null,
      },
      rows: ofSynthetic.rows,
    });
    yield;
  }
  const loss = ({ kept }: RelationReport) => kept.real - (kept.synthetic ?? kept.real);
  const share = ({ kept }: RelationReport) => kept.synthetic ?? 1;
  return reports.sort((a, b) => loss(b) - loss(a) || share(a) - share(b));
}

/** Rows that a relation says something of, and those of them that keep it. */
function asked(relation: Relation, table: readonly SampledColumn[]): { readonly rows: number; readonly kept: number } {
  const holds = relation.on(table);
  let [rows, kept] = [0, 0];
  for (let row = 0; row < rowsOf(table); row += 1) {
    const state = holds(row);
    if (state === undefined) continue;
    rows += 1;
    if (state) kept += 1;
  }
  return { rows, kept };
}
