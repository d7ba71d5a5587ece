import type { Span } from './span.js';

/** What codes with an order share, so that neighbours behave alike and details are learned where there are rows for them. */
export interface OrdinalBasis {
  /** Row-major [codes, terms]; 0 for codes outside the order. */
  readonly values: Float32Array;
  readonly codes: number;
  readonly terms: number;
}

/**
 * The basis of a column's codes; undefined where they have no order. Its terms are x and (x^2 - 1) / 1.4 of a code's normal score x,
 * nearly orthonormal under the data, then piecewise linear functions of a code's place in the order: for each number of
 * `knots`, 2 or more, that many hats, as far as each is of two codes or more.
 */
export function ordinalBasis(
  { width: codes, scores }: Pick<Span, 'width' | 'scores'>,
  knots: readonly number[],
): OrdinalBasis | undefined {
  if (scores === undefined) return undefined;
  const inOrder = scores.flatMap((score, code) => (score === 0 ? [] : [{ score, code }]));
  inOrder.sort((a, b) => a.score - b.score);
  const fewer = knots.filter((count) => 2 * count <= inOrder.length);
  const terms = 2 + fewer.reduce((sum, count) => sum + count, 0);
  const values = new Float32Array(codes * terms);
  for (const [place, { score, code }] of inOrder.entries()) {
    const hats = fewer.flatMap((count) => hatsAt((place / (inOrder.length - 1)) * (count - 1), count));
    values.set([score, (score * score - 1) / 1.4, ...hats], code * terms);
  }
  return { values, codes, terms };
}

/** The hats around knots 0 ... count - 1 at a place among them: 1 in all. */
function hatsAt(place: number, count: number): number[] {
  return Array.from({ length: count }, (_, knot) => Math.max(0, 1 - Math.abs(place - knot)));
}
