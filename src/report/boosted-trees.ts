import type { BinnedFeatures } from './feature-bins.js';
import { growTree, predictTree, type Tree } from './grow-tree.js';
import { histogramLayout } from './tree-histogram.js';

/** Options of `fitBoostedTrees`; defaults are scikit-learn's. */
export interface BoostedTreesOptions {
  /** `binary`: targets 0 and 1, scores are log-odds; `squared`: any numbers, scores are predictions. */
  readonly loss: 'binary' | 'squared';
  /** Default 100. */
  readonly trees?: number;
  /** Default 0.1. */
  readonly learningRate?: number;
  /** Leaves of a tree at most; default 31. */
  readonly leaves?: number;
  /** Rows of a leaf at least; default 20. */
  readonly minLeafRows?: number;
}

/** Fitted trees; `score` gives a number a row. */
export interface BoostedTrees {
  score(features: BinnedFeatures): Float64Array;
}

/**
 * Gradient boosting on histograms: trees grown leaf by leaf on at most 256 bins a column (Friedman 2001; Ke et al. 2017,
 * LightGBM), the algorithm of scikit-learn's HistGradientBoosting without early stopping. Deterministic.
 * Cost: about rows * columns * trees * 3 additions.
 */
export function fitBoostedTrees(
  features: BinnedFeatures,
  target: Float64Array,
  options: BoostedTreesOptions,
): BoostedTrees {
  const { loss, trees: count = 100, learningRate = 0.1, leaves = 31, minLeafRows = 20 } = options;
  const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
  const base = loss === 'squared' ? mean : Math.log(mean / (1 - mean));
  const trees: Tree[] = [];
  const constant = (rows: number) => new Float64Array(rows).fill(base);
  // One class alone, or nothing: there is nothing to learn.
  if (!Number.isFinite(base)) return { score: ({ rows }) => new Float64Array(rows) };
  const scores = constant(features.rows);
  const gradient = new Float64Array(features.rows);
  const curvature = new Float64Array(features.rows).fill(1);
  const layout = histogramLayout(features);
  for (let t = 0; t < count; t += 1) {
    for (let row = 0; row < features.rows; row += 1) {
      const score = scores[row] as number;
      const p = loss === 'squared' ? score : 1 / (1 + Math.exp(-score));
      gradient[row] = p - (target[row] as number);
      if (loss === 'binary') curvature[row] = p * (1 - p);
    }
    const tree = growTree(layout, gradient, curvature, { learningRate, leaves, minLeafRows });
    if (tree === undefined) break;
    trees.push(tree);
    predictTree(tree, features, scores);
  }
  return {
    score(given) {
      const sums = constant(given.rows);
      for (const tree of trees) predictTree(tree, given, sums);
      return sums;
    },
  };
}
