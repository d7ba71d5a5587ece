import { sizeOf } from '../models/shape.js';
import type { ArraySpec } from './compile.js';
import type { TracedGraph, TracedNode, TracedUse, TracedValue } from './traced-graph.js';

/** Numbers that may be carried over: 256 KB for each step that waits. */
const MOST_CARRIED = 65_536;

/** The graph of a training step in two. */
export interface GraphsApart {
  /** Gives the gradients, and what is carried over. */
  readonly gradients: TracedGraph;
  /** From the batch and what is carried over, gives the metrics. */
  readonly report: TracedGraph;
  readonly carried: readonly ArraySpec[];
}

/**
 * Parts what a step only reports from what its gradients need, so that another thread can compute the one while the next step is
 * taken. The results stay the same: what is computed from parameters directly, which that step changes, stays with the gradients.
 * Undefined where too much would have to be carried over, or what no array holds.
 */
export function reportApart(graph: TracedGraph, parameters: ReadonlySet<string>): GraphsApart | undefined {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map(({ id }) => [id, node])));
  const isGradient = ({ name }: { readonly name: string }) => name.startsWith('gradient/');
  const isParameter = ({ name = '' }: TracedValue) => parameters.has(name);
  const gradients = graph.outputs.filter(isGradient);
  const metrics = graph.outputs.filter((output) => !isGradient(output));
  const reported = needed(valuesOf(metrics), makers, () => false).nodes;
  const direct = [...reported].filter(({ inputs }) => valuesOf(inputs).some(isParameter));
  const early = needed([...valuesOf(gradients), ...direct.flatMap(({ outputs }) => outputs)], makers, () => false);
  // Masks are made again: arrays hold no booleans.
  const late = needed(valuesOf(metrics), makers, (value, maker) => early.nodes.has(maker) && value.dtype === 'float32');
  const carried = late.ends.map((value, i) => ({ ...value, name: `carried/${i}`, dtype: 'float32' as const }));
  const nodes = graph.nodes.filter((node) => late.nodes.has(node));
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...metrics].map(({ value }) => value.id));
  const inputs = graph.inputs.filter(({ id }) => used.has(id));
  const size = carried.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (size > MOST_CARRIED || inputs.some(isParameter)) return undefined;
  return {
    gradients: {
      inputs: graph.inputs,
      nodes: graph.nodes.filter((node) => early.nodes.has(node)),
      outputs: [...carried.map(({ name, ...value }) => ({ name, value, shape: value.shape })), ...gradients],
    },
    report: { inputs: [...inputs, ...carried], nodes, outputs: metrics },
    carried: carried.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  };
}

function valuesOf(uses: readonly TracedUse[]): readonly TracedValue[] {
  return uses.map(({ value }) => value);
}

/** The calls that values need, as far as values where it ends, which are returned as well. */
function needed(
  values: readonly TracedValue[],
  makers: ReadonlyMap<number, TracedNode>,
  ends: (value: TracedValue, maker: TracedNode) => boolean,
): { readonly nodes: ReadonlySet<TracedNode>; readonly ends: readonly TracedValue[] } {
  const nodes = new Set<TracedNode>();
  const ending = new Map<number, TracedValue>();
  const waiting = [...values];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const maker = makers.get(value.id);
    if (maker === undefined) continue;
    if (ends(value, maker)) ending.set(value.id, value);
    else if (!nodes.has(maker)) {
      nodes.add(maker);
      waiting.push(...valuesOf(maker.inputs));
    }
  }
  return { nodes, ends: [...ending.values()].sort((a, b) => a.id - b.id) };
}
