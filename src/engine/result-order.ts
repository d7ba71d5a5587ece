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
  const needs = new Map(last.map((node) => [node, needed(node, makers)]));
  const sorted = [...last].sort((a, b) => (needs.get(b) ?? 0) - (needs.get(a) ?? 0));
  return [...nodes.filter((node) => !needs.has(node)), ...sorted];
}

/** How many calls a call needs, directly or through others. */
function needed(node: OnnxNode, makers: ReadonlyMap<string, OnnxNode>): number {
  const found = new Set<OnnxNode>();
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of next.inputs) {
      const maker = makers.get(name);
      if (maker === undefined || found.has(maker)) continue;
      found.add(maker);
      waiting.push(maker);
    }
  }
  return found.size;
}
