import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { pace } from '../pace.js';
import { runInTurns } from '../run-parts.js';
import type { Codec } from './codec.js';
import { numberColumns } from './number-column.js';
import type { NumberRule } from './number-rule.js';
import { createRuleSearch } from './rule-search.js';

/** Finds what holds between the numbers of every row, in one pass over a table's batches. */
export interface RuleFinder {
  /** Batches are of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** To be called once. */
  finish(): Promise<NumberRule[]>;
}

/** Finds orders and formulas among the numbers of a codec (see `createRuleSearch`). */
export function createRuleFinder(codec: Codec): RuleFinder {
  const columns = codec.storage === 'codes' ? numberColumns(codec) : [];
  const search = createRuleSearch(columns);
  return {
    async add(batch) {
      if (search.over) return;
      const numbers: Float64Array[] = [];
      for (const { scale, child } of columns) {
        await pace();
        numbers.push(scale.read(childOf(batch, child)));
      }
      await runInTurns(search.add(numbers));
    },
    finish: () => runInTurns(search.finish()),
  };
}
