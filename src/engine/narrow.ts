import type { OnnxNode } from './onnx-builder.js';

/** Operators that spread a narrower operand over the other by themselves. */
const BROADCASTING: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** What is known of the arrays of a graph. */
export interface Known {
  shapeOf(name: string): readonly number[] | undefined;
  isOnes(name: string): boolean;
  /** The number that a constant without dimensions is; undefined for any other array. */
  scalarOf(name: string): number | undefined;
}

/**
 * Leaves narrow what a product with ones only spreads, as gradients of sums do, where those who use it spread it themselves;
 * and takes a factor that both sides of a sum have out of it. Calls that nobody uses any more stay.
 */
export function narrow(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>, known: Known): readonly OnnxNode[] {
  return factored(withoutSpreading(nodes, known), outputs);
}

function withoutSpreading(nodes: readonly OnnxNode[], { shapeOf, isOnes }: Known): readonly OnnxNode[] {
  const narrower = new Map<string, string>();
  const fills = (name: string, result: string): boolean => {
    const [shape, wanted] = [shapeOf(name), shapeOf(result)];
    return shape !== undefined && wanted !== undefined && shape.join() === wanted.join();
  };
  return nodes.flatMap((node) => {
    const [left = '', right = ''] = node.inputs;
    const [result = ''] = node.outputs;
    const first = narrower.get(left);
    const second = narrower.get(right);
    if (node.operator === 'Neg' && first !== undefined) {
      const name = `${first}:negative`;
      const made = [...narrower.values()].includes(name);
      narrower.set(result, name);
      return made ? [node] : [node, { ...node, inputs: [first], outputs: [name] }];
    }
    if (!BROADCASTING.has(node.operator)) return [node];
    if (node.operator === 'Mul' && isOnes(right) && fills(right, result)) narrower.set(result, left);
    if (node.operator === 'Mul' && isOnes(left) && fills(left, result)) narrower.set(result, right);
    if (first !== undefined && fills(right, result)) return [{ ...node, inputs: [first, right] }];
    if (second !== undefined && fills(left, result)) return [{ ...node, inputs: [left, second] }];
    return [node];
  });
}

/** a c + b c = (a + b) c, and a c + b (-c) = (a - b) c. */
function factored(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): readonly OnnxNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap((node) => node.inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const productOf = (name: string): OnnxNode | undefined => {
    const maker = makers.get(name);
    return maker?.operator === 'Mul' && uses.get(name) === 1 && !outputs.has(name) ? maker : undefined;
  };
  const negated = (name: string): string | undefined => {
    const maker = makers.get(name);
    return maker?.operator === 'Neg' ? maker.inputs[0] : undefined;
  };
  return nodes.flatMap((node) => {
    const [one, other] = node.operator === 'Add' ? node.inputs.map(productOf) : [];
    if (one === undefined || other === undefined) return [node];
    for (const [a, c] of pairs(one)) {
      for (const [b, d] of pairs(other)) {
        const [operator, inputs] =
          d === c ? ['Add', [a, b]] : negated(d) === c ? ['Sub', [a, b]] : negated(c) === d ? ['Sub', [b, a]] : [];
        if (operator === undefined || inputs === undefined) continue;
        const sum = `${node.outputs[0]}:sum`;
        const factor = negated(c) === d ? d : c;
        return [
          { operator, inputs, outputs: [sum], attributes: {} },
          { ...node, operator: 'Mul', inputs: [sum, factor] },
        ];
      }
    }
    return [node];
  });
}

/** The factors of a product, either one second. */
function pairs({ inputs: [left = '', right = ''] }: OnnxNode): readonly (readonly [string, string])[] {
  return [
    [left, right],
    [right, left],
  ];
}
