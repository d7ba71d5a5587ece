import { bestSplit, type Split } from './best-split.js';
import type { BinnedFeatures } from './feature-bins.js';
import {
  type BinSums,
  type HistogramLayout,
  sumsLess,
  sumsOf,
  type Totals,
  totalsLess,
  totalsOf,
} from './tree-histogram.js';

/** A node that asks for a bin of a column, or a leaf with a value. */
type TreeNode =
  | { readonly value: number }
  | { readonly column: number; readonly goesLeft: Uint8Array; readonly left: number; readonly right: number };

/** The nodes of a tree, the root first. */
export type Tree = readonly TreeNode[];

/** What a tree may become. */
export interface GrowTreeOptions {
  readonly learningRate: number;
  readonly leaves: number;
  readonly minLeafRows: number;
}

interface OpenLeaf {
  readonly node: number;
  readonly rows: Int32Array;
  readonly totals: Totals;
  /** Where it can be split: by what, and the sums of its histogram. */
  readonly cut?: { readonly split: Split; readonly sums: BinSums };
}

/**
 * Grows a tree that lowers a loss with the given gradient and curvature a row: always the leaf is split that gains most
 * (Newton's gain, G^2 / H). Undefined where no split gains anything.
 */
export function growTree(
  layout: HistogramLayout,
  gradient: Float64Array,
  curvature: Float64Array,
  { learningRate, leaves, minLeafRows }: GrowTreeOptions,
): Tree | undefined {
  const nodes: TreeNode[] = [];
  const isDivisible = (rows: Int32Array) => rows.length >= 2 * minLeafRows;
  const open = (rows: Int32Array, totals: Totals, sums?: BinSums): OpenLeaf => {
    nodes.push({ value: (-learningRate * totals.gradient) / totals.curvature });
    const leaf = { node: nodes.length - 1, rows, totals };
    if (sums === undefined) return leaf;
    const split = isDivisible(rows) ? bestSplit(layout, totals, sums, minLeafRows) : undefined;
    if (split !== undefined) return { ...leaf, cut: { split, sums } };
    layout.spare.push(sums);
    return leaf;
  };
  const all = Int32Array.from({ length: layout.features.rows }, (_, row) => row);
  const frontier = [open(all, totalsOf(gradient, curvature, all), sumsOf(layout, gradient, curvature, all))];
  while (frontier.length < leaves) {
    const at = frontier.reduce((best, leaf, i) => (gainOf(leaf) > gainOf(frontier[best]) ? i : best), 0);
    const leaf = frontier[at];
    if (leaf?.cut === undefined) break;
    const { column, goesLeft } = leaf.cut.split;
    const [left, right] = part(leaf.rows, layout.features.columns[column] as Uint8Array, goesLeft);
    const [few, many] = left.length <= right.length ? [left, right] : [right, left];
    const totals = totalsOf(gradient, curvature, few);
    const others = totalsLess(leaf.totals, totals);
    // The larger side is what is left of the parent; what is split no more needs no sums.
    const isDone = frontier.length + 1 === leaves || !isDivisible(many);
    const small = isDone ? undefined : sumsOf(layout, gradient, curvature, few);
    const large = small && sumsLess(leaf.cut.sums, small);
    if (isDone) layout.spare.push(leaf.cut.sums);
    const children =
      few === left
        ? ([open(left, totals, small), open(right, others, large)] as const)
        : ([open(left, others, large), open(right, totals, small)] as const);
    nodes[leaf.node] = { column, goesLeft, left: children[0].node, right: children[1].node };
    frontier.splice(at, 1, ...children);
  }
  for (const { cut } of frontier) if (cut !== undefined) layout.spare.push(cut.sums);
  return nodes.length > 1 ? nodes : undefined;
}

/** Rows whose bin goes left, and the rest. */
function part(rows: Int32Array, bins: Uint8Array, goesLeft: Uint8Array): readonly [Int32Array, Int32Array] {
  const parted = new Int32Array(rows.length);
  let at = 0;
  for (const row of rows) if (goesLeft[bins[row] as number] === 1) parted[at++] = row;
  const end = at;
  for (const row of rows) if (goesLeft[bins[row] as number] !== 1) parted[at++] = row;
  return [parted.subarray(0, end), parted.subarray(end)];
}

/** Adds what a tree says of each row to `scores`. */
export function predictTree(tree: Tree, { rows, columns }: BinnedFeatures, scores: Float64Array): void {
  for (let row = 0; row < rows; row += 1) {
    let node = tree[0] as TreeNode;
    while ('left' in node) {
      const bin = columns[node.column]?.[row] as number;
      node = tree[node.goesLeft[bin] === 1 ? node.left : node.right] as TreeNode;
    }
    scores[row] = (scores[row] as number) + node.value;
  }
}

function gainOf(leaf: OpenLeaf | undefined): number {
  return leaf?.cut?.split.gain ?? 0;
}
