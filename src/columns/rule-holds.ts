import { evaluate, type NumberFormula, type NumberRule } from './number-rule.js';
import type { NumberScale } from './number-scale.js';

/**
 * Whether a rule holds between numbers, given by their places in `columnsOf(rule)`; undefined where one of them is NaN. A formula may be
 * off by what its column, of `scale`, is rounded by.
 */
export function ruleHolds(
  rule: NumberRule,
  scale: NumberScale,
  number: (place: number) => number,
): boolean | undefined {
  const columns = rule.kind === 'order' ? 2 : 1 + rule.of.length;
  for (let i = 0; i < columns; i += 1) if (Number.isNaN(number(i))) return undefined;
  if (rule.kind === 'order') return rule.strict ? number(0) < number(1) : number(0) <= number(1);
  return fits(rule, scale, number(0), (i) => number(i + 1));
}

/** Whether a formula gives a number, but for rounding. */
function fits(formula: NumberFormula, scale: NumberScale, number: number, operand: (i: number) => number): boolean {
  const value = evaluate(formula, operand);
  const near = 1e-9 * Math.max(1e-300, Math.abs(number), Math.abs(value), Math.abs(operand(0)));
  return Math.abs(value - number) <= scale.halfStep(number) * (1 + 1e-6) + near;
}
