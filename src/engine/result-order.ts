import { callsFor } from './calls-for.js';
import type { OnnxNode } from './onnx-builder.js';

/**
 * Puts the calls whose results no other call takes at the end, those that need the most others first. ONNX Runtime works
 * backwards from the last of them, so this makes it compute each result as soon as it can be: the gradient of a layer's
 * kernel, say, while the layer's values are still in the processor's cache, and not after all other layers.
 */
export function resultOrder(nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const last = nodes.filter(({ outputs }) => !outputs.some((name) => used.has(name)));
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const makerOf = (name: string) => makers.get(name);
  const inputsOf = ({ inputs }: OnnxNode) => inputs;
  const needs = new Map(last.map((node) => [node, callsFor(node.inputs, makerOf, inputsOf).size]));
  const sorted = [...last].sort((a, b) => (needs.get(b) ?? 0) - (needs.get(a) ?? 0));
  return [...nodes.filter((node) => !needs.has(node)), ...sorted];
}
