import { callsFor } from './calls-for.js';
import { type Known, narrow } from './narrow.js';
import type { OnnxNode } from './onnx-builder.js';

/**
 * Drops calls whose results nobody uses, spares passes over whole arrays (see `narrow`), and folds a matrix product that is
 * added to something, or to a multiple of it, or taken from it, into one `Gemm` with that something as its bias.
 */
export function simplify(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>, known: Known): readonly OnnxNode[] {
  const narrowed = narrow(alive(nodes, outputs), outputs, known);
  return alive(withBias(alive(narrowed, outputs), outputs, known), outputs);
}

function alive(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): readonly OnnxNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const needed = callsFor(
    [...outputs],
    (name) => makers.get(name),
    ({ inputs }) => inputs,
  );
  return nodes.filter((node) => needed.has(node));
}

function withBias(
  nodes: readonly OnnxNode[],
  outputs: ReadonlySet<string>,
  { shapeOf, scalarOf }: Known,
): readonly OnnxNode[] {
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap((node) => node.inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const products = new Map<string, OnnxNode>();
  const multiples = new Map<string, { readonly of: string; readonly beta: number }>();
  for (const node of nodes) {
    const [name = ''] = node.outputs;
    const single = uses.get(name) === 1 && !outputs.has(name);
    if (node.operator === 'Gemm' && node.inputs.length === 2 && single) products.set(name, node);
    const [of = '', factor = ''] = node.inputs;
    const beta = node.operator === 'Mul' ? scalarOf(factor) : undefined;
    if (beta !== undefined) multiples.set(name, { of, beta });
  }
  const folded = new Set<OnnxNode>();
  const rewritten = nodes.map((node): OnnxNode => {
    const [left = '', right = ''] = node.inputs;
    const taken = node.operator === 'Sub';
    if (node.operator !== 'Add' && !taken) return node;
    const [name, bias] = taken || products.has(right) ? [right, left] : [left, right];
    const product = products.get(name);
    if (product === undefined || folded.has(product) || !fits(shapeOf(bias), shapeOf(name))) return node;
    folded.add(product);
    const { of, ...multiple } = multiples.get(bias) ?? { of: bias };
    const attributes = { ...product.attributes, ...(taken && { alpha: -1 }), ...multiple };
    return { ...product, inputs: [...product.inputs, of], outputs: node.outputs, attributes };
  });
  return rewritten.filter((node) => !folded.has(node));
}

/** A bias is a row, a column, or a matrix of the product's own shape. */
function fits(bias: readonly number[] | undefined, product: readonly number[] | undefined): boolean {
  if (bias === undefined || product === undefined || product.at(-1) === -1) return false;
  if (bias.length === 2) return bias[0] === product[0] && (bias[1] === product[1] || bias[1] === 1);
  return bias.length === 1 && bias[0] === product[1];
}
