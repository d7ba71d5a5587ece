/** What holds between numbers of every row; dates and times count as numbers of their unit. */
export type NumberRule = NumberFormula | NumberOrder;

/** A column that follows from others, rounded as it is. */
export type NumberFormula =
  | {
      /** `column` is the sum of the others, each times its factor, and the constant. */
      readonly kind: 'sum';
      readonly column: string;
      readonly of: readonly string[];
      readonly factors: readonly number[];
      readonly constant: number;
    }
  | {
      /** `column` is the product of the other two, or the quotient of first and second, times the factor. */
      readonly kind: 'product' | 'quotient';
      readonly column: string;
      readonly of: readonly string[];
      readonly factor: number;
    };

/** A column that is never above another, nor equal to it where `strict`. */
export interface NumberOrder {
  readonly kind: 'order';
  readonly low: string;
  readonly high: string;
  readonly strict: boolean;
}

/** What a formula makes of the numbers of its `of`. */
export function evaluate(formula: NumberFormula, numbers: (place: number) => number): number {
  switch (formula.kind) {
    case 'sum': {
      let sum = formula.constant;
      for (let i = 0; i < formula.factors.length; i += 1) sum += (formula.factors[i] as number) * numbers(i);
      return sum;
    }
    case 'product':
      return formula.factor * numbers(0) * numbers(1);
    case 'quotient':
      return (formula.factor * numbers(0)) / numbers(1);
    default:
      return formula satisfies never;
  }
}

/** The columns that a rule is about. */
export function columnsOf(rule: NumberRule): string[] {
  return rule.kind === 'order' ? [rule.low, rule.high] : [rule.column, ...rule.of];
}

/** A rule as a formula is written: `total = price * pieces`, `start <= end`. */
export function ruleText(rule: NumberRule): string {
  switch (rule.kind) {
    case 'order':
      return `${rule.low} ${rule.strict ? '<' : '<='} ${rule.high}`;
    case 'sum':
      return `${rule.column} = ${sumText(rule)}`;
    default: {
      const factor = rule.factor === 1 ? '' : `${rule.factor} * `;
      return `${rule.column} = ${factor}${rule.of.join(rule.kind === 'product' ? ' * ' : ' / ')}`;
    }
  }
}

function sumText({ of, factors, constant }: Extract<NumberFormula, { kind: 'sum' }>): string {
  const terms = of.map((name, i) => ({ factor: factors[i] as number, name }));
  const parts = [...terms.filter(({ factor }) => factor > 0), ...terms.filter(({ factor }) => factor < 0)];
  const text = parts
    .map(({ factor, name }, i) => {
      const size = Math.abs(factor) === 1 ? name : `${Math.abs(factor)} * ${name}`;
      return i === 0 ? `${factor < 0 ? '-' : ''}${size}` : `${factor < 0 ? '-' : '+'} ${size}`;
    })
    .join(' ');
  return constant === 0 ? text : `${text} ${constant < 0 ? '-' : '+'} ${Math.abs(constant)}`;
}
