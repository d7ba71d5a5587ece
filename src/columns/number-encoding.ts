import type { NumberCode } from './number-codes.js';

/**
 * The index of the code each finite number belongs to. A number with a code of its own gets it; any other the nearest
 * bin, or the nearest value where there are no bins. `codes` is ordered and not empty. Cost: a binary search.
 */
export function numberEncoding(codes: readonly NumberCode[]): (value: number) => number {
  const own = new Map<number, number>();
  const ranges: { readonly low: number; readonly high: number; readonly code: number }[] = [];
  const binned = codes.some((code) => 'knots' in code);
  codes.forEach((code, index) => {
    if ('knots' in code) ranges.push({ low: code.low, high: code.high, code: index });
    else if (binned) own.set(code.value, index);
    else ranges.push({ low: code.value, high: code.value, code: index });
  });
  ranges.sort((a, b) => a.low - b.low);
  const indices = Uint16Array.from(ranges, ({ code }) => code);
  const cuts = Float64Array.from(ranges.slice(1), ({ low }, i) => between(ranges[i]?.high as number, low));
  const search = (value: number): number => {
    let from = 0;
    let to = cuts.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (value <= (cuts[middle] as number)) to = middle;
      else from = middle + 1;
    }
    return indices[from] as number;
  };
  return own.size === 0 ? search : (value) => own.get(value) ?? search(value);
}

/** A number in [low, high), halfway where float64 has room for it. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
