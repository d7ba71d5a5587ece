import { columnsOf, ruleText } from '../columns/number-rule.js';
import type { ScaledColumn } from '../columns/number-scale.js';
import { ruleHolds } from '../columns/rule-holds.js';
import { createRuleSearch } from '../columns/rule-search.js';
import type { Parts } from '../run-parts.js';
import type { SampledColumn } from './column-values.js';
import type { Relation } from './relation.js';
import { sampledScale } from './sampled-scale.js';

/** The orders and formulas among the columns of numbers, and those of dates, which are named (see `createRuleSearch`). */
export function* numberRelations(real: readonly SampledColumn[], dates: ReadonlySet<string>): Parts<Relation[]> {
  const places = real.flatMap(({ kind }, place) => (kind === 'number' ? [place] : []));
  const columns: ScaledColumn[] = [];
  const numbers: Float64Array[] = [];
  for (const place of places) {
    const column = real[place] as SampledColumn;
    const own = column.numbers.slice();
    for (let r = 0; r < own.length; r += 1) own[r] = exact(own[r] as number);
    numbers.push(own);
    columns.push({
      name: column.name,
      scale: sampledScale(own, dates.has(column.name)),
      unit: dates.has(column.name) ? 'date' : '',
    });
    yield;
  }
  const search = createRuleSearch(columns);
  if (!search.over) yield* search.add(numbers);
  const rules = yield* search.finish();
  return rules.map((rule): Relation => {
    const own = columnsOf(rule).map((name) => columns.findIndex((column) => column.name === name));
    const { scale } = columns[own[0] as number] as ScaledColumn;
    return {
      kind: rule.kind === 'order' ? 'order' : 'formula',
      text: ruleText(rule),
      ...(rule.kind !== 'order' && { derived: rule.column }),
      on(table) {
        const read = own.map((place) => table[places[place] as number]?.numbers);
        return (row) => ruleHolds(rule, scale, (i) => exact(read[i]?.[row] as number));
      },
    };
  });
}

/** NaN in place of what float64 does not hold exactly. */
function exact(value: number): number {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}
