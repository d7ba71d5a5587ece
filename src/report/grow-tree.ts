import type { BinnedFeatures } from './boosted-trees.js';
import { bestSplit, type Histogram, histogramOf, type Split, subtract } from './tree-histogram.js';

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
  readonly histogram: Histogram;
  readonly split: Split | undefined;
}

/**
 * Grows a tree that lowers a loss with the given gradient and curvature a row: always the leaf is split that gains most
 * (Newton's gain, G^2 / H). Undefined where no split gains anything.
 */
export function growTree(
  features: BinnedFeatures,
  gradient: Float64Array,
  curvature: Float64Array,
  { learningRate, leaves, minLeafRows }: GrowTreeOptions,
): Tree | undefined {
  const nodes: TreeNode[] = [];
  const open = (rows: Int32Array, histogram: Histogram): OpenLeaf => {
    nodes.push({ value: (-learningRate * histogram.gradient) / histogram.curvature });
    const split = rows.length >= 2 * minLeafRows ? bestSplit(features, histogram, minLeafRows) : undefined;
    return { node: nodes.length - 1, rows, histogram, split };
  };
  const all = Int32Array.from({ length: features.rows }, (_, row) => row);
  const frontier = [open(all, histogramOf(features, gradient, curvature, all))];
  while (frontier.length < leaves) {
    const at = frontier.reduce((best, leaf, i) => (gainOf(leaf) > gainOf(frontier[best]) ? i : best), 0);
    const leaf = frontier[at];
    if (leaf?.split === undefined) break;
    const { column, goesLeft } = leaf.split;
    const bins = features.columns[column] as Uint8Array;
    const left = leaf.rows.filter((row) => goesLeft[bins[row] as number] === 1);
    const right = leaf.rows.filter((row) => goesLeft[bins[row] as number] === 0);
    // The larger side is what is left of the parent.
    const small = histogramOf(features, gradient, curvature, left.length <= right.length ? left : right);
    const large = subtract(leaf.histogram, small);
    const children = [
      open(left, left.length <= right.length ? small : large),
      open(right, left.length <= right.length ? large : small),
    ] as const;
    nodes[leaf.node] = { column, goesLeft, left: children[0].node, right: children[1].node };
    frontier.splice(at, 1, ...children);
  }
  return nodes.length > 1 ? nodes : undefined;
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
  return leaf?.split?.gain ?? 0;
}
