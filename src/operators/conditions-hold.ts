import type { RecordBatch } from 'apache-arrow';
import { cellsOf } from '../columns/cells-of.js';
import type { Codec } from '../columns/codec.js';
import { columnsOf } from '../columns/number-rule.js';
import { satisfies, type Where } from './condition.js';

/**
 * Which records of a batch satisfy the conditions on columns that the codec's rules may change after they are drawn: 1 for those,
 * by their row. Undefined where there are none of these.
 */
export function conditionsHold(codec: Codec, where: Where): ((batch: RecordBatch) => Uint8Array) | undefined {
  const ruled = new Set([...codec.rules.flatMap(columnsOf), ...codec.differences.map(({ column }) => column)]);
  const tests = Object.entries(where).flatMap(([name, condition]) =>
    ruled.has(name) ? [{ name, isWanted: satisfies(name, condition) }] : [],
  );
  if (tests.length === 0) return undefined;
  return (batch) => {
    const hold = new Uint8Array(batch.numRows).fill(1);
    for (const { name, isWanted } of tests) {
      const column = batch.getChild(name);
      if (column === null) continue;
      let row = 0;
      for (const value of cellsOf(column)) {
        if (!isWanted(value)) hold[row] = 0;
        row += 1;
      }
    }
    return hold;
  };
}
