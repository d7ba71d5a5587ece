import { endsOf, knotsPerBin, type NumberCode } from './number-codes.js';
import { gridOf, type Rounding, rounder } from './rounding.js';
import { runningSums } from './running-sums.js';

/**
 * The number a code stands for, given a uniform in (0, 1): its value, or one of the bin's atoms in the share of rows they hold,
 * or a draw from the quantile function of its other rows, rounded as the column is, within the bin, and never a number that has a
 * code of its own. `nearest` rounds to what the type can hold.
 */
export function numberDecoding(
  codes: readonly NumberCode[],
  rounding: Rounding,
  nearest: (value: number) => number,
): (code: number, uniform: number) => number {
  const segments = knotsPerBin - 1;
  const knots = new Float64Array(codes.length * knotsPerBin);
  const lows = new Float64Array(codes.length);
  const highs = new Float64Array(codes.length);
  const own = new Set(codes.flatMap((code) => ('value' in code ? [code.value] : [])));
  // A bin that has a spike inside its range must step over it.
  const holed = codes.map((code) => 'knots' in code && [...own].some((v) => v >= code.low && v <= code.high));
  const isBin = Uint8Array.from(codes, (code) => ('knots' in code ? 1 : 0));
  codes.forEach((code, c) => {
    // Adding 0 makes 0 of -0, as JSON does.
    const [low, high] = endsOf(code);
    lows[c] = low + 0;
    highs[c] = high + 0;
    if ('knots' in code) knots.set(code.knots, c * knotsPerBin);
  });
  const atoms = atomsOf(codes);
  const round = rounder(rounding, nearest);
  const grid = gridOf(rounding);
  const stride = rounding.decimals === null ? 0 : 10 ** -rounding.decimals;
  const above = (value: number) => round(grid === undefined ? value + stride : grid.at(grid.indexOf(value) + 1));

  function outsideHoles(value: number, low: number, high: number): number {
    let free = value;
    while (own.has(free) && free < high && stride > 0) free = Math.min(high, above(free));
    return own.has(free) ? low : free;
  }

  return (code, uniform) => {
    const low = lows[code] as number;
    if (isBin[code] === 0) return low;
    let rest = uniform;
    const end = atoms.ends[code] as number;
    const begin = code === 0 ? 0 : (atoms.ends[code - 1] as number);
    if (begin < end) {
      for (let i = begin; i < end; i += 1) if (uniform < (atoms.bounds[i] as number)) return atoms.values[i] as number;
      const share = atoms.bounds[end - 1] as number;
      rest = (uniform - share) / (1 - share);
    }
    const position = rest * segments;
    const segment = position < segments ? Math.floor(position) : segments - 1;
    const from = knots[code * knotsPerBin + segment] as number;
    const to = knots[code * knotsPerBin + segment + 1] as number;
    const high = highs[code] as number;
    const value = Math.min(high, Math.max(low, round(from + (position - segment) * (to - from))));
    return holed[code] ? outsideHoles(value, low, high) : value;
  };
}

/** The atoms of all codes in one row: each code's end, their values, and where each one's share of its bin's rows ends. */
function atomsOf(codes: readonly NumberCode[]) {
  const ends = new Uint32Array(codes.length);
  const values: number[] = [];
  const bounds: number[] = [];
  codes.forEach((code, c) => {
    if ('knots' in code) {
      const held = runningSums(code.atoms.map((atom) => atom.rows));
      const total = Math.max(code.rows, held.at(-1) ?? 0);
      for (const { value } of code.atoms) values.push(value + 0);
      for (const sum of held) bounds.push(sum / total);
    }
    ends[c] = values.length;
  });
  return { ends, values: Float64Array.from(values), bounds: Float64Array.from(bounds) };
}
