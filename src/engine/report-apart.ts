import { sizeOf } from '../models/shape.js';
import { callsFor } from './calls-for.js';
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
  const makerOf = ({ id }: TracedValue) => makers.get(id);
  const inputsOf = ({ inputs }: TracedNode) => valuesOf(inputs);
  const isGradient = ({ name }: { readonly name: string }) => name.startsWith('gradient/');
  const isParameter = ({ name = '' }: TracedValue) => parameters.has(name);
  const gradients = graph.outputs.filter(isGradient);
  const metrics = graph.outputs.filter((output) => !isGradient(output));
  const reported = callsFor(valuesOf(metrics), makerOf, inputsOf);
  const direct = [...reported].filter((node) => inputsOf(node).some(isParameter));
  const made = [...valuesOf(gradients), ...direct.flatMap(({ outputs }) => outputs)];
  const early = callsFor(made, makerOf, inputsOf);
  const earlyNodes = graph.nodes.filter((node) => early.has(node));
  // Masks are made again: arrays hold no booleans.
  const known = new Set(earlyNodes.flatMap(({ outputs }) => outputs).filter(({ dtype }) => dtype === 'float32'));
  const late = callsFor(valuesOf(metrics), (value) => (known.has(value) ? undefined : makerOf(value)), inputsOf);
  const nodes = graph.nodes.filter((node) => late.has(node));
  const used = new Set([...nodes.flatMap(inputsOf), ...valuesOf(metrics)]);
  const carried = [...known]
    .filter((value) => used.has(value))
    .map((value, i) => ({ ...value, name: `carried/${i}`, dtype: 'float32' as const }));
  const inputs = graph.inputs.filter((value) => used.has(value));
  const size = carried.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (size > MOST_CARRIED || inputs.some(isParameter)) return undefined;
  return {
    gradients: {
      inputs: graph.inputs,
      nodes: earlyNodes,
      outputs: [...carried.map(({ name, ...value }) => ({ name, value, shape: value.shape })), ...gradients],
    },
    report: { inputs: [...inputs, ...carried], nodes, outputs: metrics },
    carried: carried.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  };
}

function valuesOf(uses: readonly TracedUse[]): readonly TracedValue[] {
  return uses.map(({ value }) => value);
}
