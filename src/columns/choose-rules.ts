import type { NumberFormula, NumberOrder, NumberRule } from './number-rule.js';

/**
 * Of rules that all hold, in the order of preference: formulas, the first for each column, none of them in a circle;
 * and the orders that do not follow from others, of columns that follow from none.
 */
export function chooseRules(rules: readonly NumberRule[]): NumberRule[] {
  const formulas: NumberFormula[] = [];
  const derived = new Map<string, NumberFormula>();
  const needs = (name: string, wanted: string): boolean =>
    name === wanted || (derived.get(name)?.of ?? []).some((other) => needs(other, wanted));
  for (const rule of rules) {
    if (rule.kind === 'order' || derived.has(rule.column)) continue;
    if (rule.of.some((name) => needs(name, rule.column))) continue;
    derived.set(rule.column, rule);
  }
  const add = (formula: NumberFormula): void => {
    if (formulas.includes(formula)) return;
    for (const name of formula.of) {
      const other = derived.get(name);
      if (other !== undefined) add(other);
    }
    formulas.push(formula);
  };
  for (const formula of derived.values()) add(formula);
  const orders = rules
    .filter((rule) => rule.kind === 'order')
    .filter(({ low, high }) => !derived.has(low) && !derived.has(high));
  return [...direct(orders), ...formulas];
}

/** Orders without those that follow from two others, and of each pair of columns the stricter. */
function direct(orders: readonly NumberOrder[]): NumberOrder[] {
  const strictest = orders.filter(
    (order) =>
      order.strict || !orders.some(({ low, high, strict }) => strict && low === order.low && high === order.high),
  );
  return strictest.filter(
    ({ low, high, strict }) =>
      !strictest.some(
        (one) =>
          one.low === low &&
          one.high !== high &&
          strictest.some((two) => two.low === one.high && two.high === high && (!strict || one.strict || two.strict)),
      ),
  );
}
