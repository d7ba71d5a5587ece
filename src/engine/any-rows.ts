import { EngineError } from '../errors.js';
import type { TracedGraph, TracedNode, TracedUse, TracedValue } from './traced-graph.js';

/**
 * Joins two traces of one function, made with different numbers of rows, into a graph for any number: what differs
 * between them follows the rows and becomes -1. Throws an EngineError where something other than a shape differs.
 */
export function anyRows(first: TracedGraph, second: TracedGraph): TracedGraph {
  const alike = (a: TracedNode, b: TracedNode | undefined): boolean =>
    a.kernel === b?.kernel && a.inputs.length === b.inputs.length && a.outputs.length === b.outputs.length;
  if (first.nodes.length !== second.nodes.length || !first.nodes.every((node, i) => alike(node, second.nodes[i]))) {
    throw new EngineError('Expected a graph to take the same steps for any number of rows');
  }
  const joined = new Map<number, TracedValue>();
  const value = (a: TracedValue, b: TracedValue): TracedValue => {
    const known = joined.get(a.id);
    if (known !== undefined) return known;
    const merged = { ...a, shape: joinShapes(a.shape, b.shape) };
    joined.set(a.id, merged);
    return merged;
  };
  const use = (a: TracedUse, b: TracedUse): TracedUse => ({
    value: value(a.value, b.value),
    shape: joinShapes(a.shape, b.shape),
  });
  const pair = <T>(others: readonly T[], i: number): T => {
    const other = others[i];
    if (other === undefined) throw new EngineError('Expected a graph to take the same steps for any number of rows');
    return other;
  };
  return {
    inputs: first.inputs.map((input, i) => value(input, pair(second.inputs, i))),
    nodes: first.nodes.map((node, i): TracedNode => {
      const other = pair(second.nodes, i);
      return {
        kernel: node.kernel,
        inputs: node.inputs.map((input, k) => use(input, pair(other.inputs, k))),
        attrs: joinAttributes(node, other),
        outputs: node.outputs.map((output, k) => value(output, pair(other.outputs, k))),
      };
    }),
    outputs: first.outputs.map((output, i) => ({ name: output.name, ...use(output, pair(second.outputs, i)) })),
  };
}

function joinShapes(a: readonly number[], b: readonly number[]): number[] {
  return a.map((dim, i) => (dim === b[i] ? dim : -1));
}

/** Attributes that may follow the rows: the size of a slice, where -1 means to the end, and the shape that a convolution came from. */
const FOLLOWING: Readonly<Record<string, string>> = { Slice: 'size', Conv2DBackpropInput: 'inputShape' };

function joinAttributes(a: TracedNode, b: TracedNode): object {
  const joined: Record<string, unknown> = { ...a.attrs };
  for (const [name, other] of Object.entries(b.attrs)) {
    if (JSON.stringify(joined[name]) === JSON.stringify(other)) continue;
    if (FOLLOWING[a.kernel] !== name) {
      throw new EngineError(`Expected \`${name}\` of \`${a.kernel}\` to be the same for any number of rows`);
    }
    joined[name] = joinShapes(joined[name] as number[], other as number[]);
  }
  return joined;
}
