import type { NumberCode } from './number-codes.js';

/**
 * The index of the code each finite number belongs to: its own; else that of the nearest bin or value. Beyond the outermost
 * bins it is theirs: their ends are clipped, and a lone value out there (a sentinel) is meant exactly. `codes` is ordered and not empty. Cost: a binary search.
 */
export function numberEncoding(codes: readonly NumberCode[]): (value: number) => number {
  const own = new Map<number, number>();
  const ranges: { readonly low: number; readonly high: number; readonly code: number }[] = [];
  const bins = codes.filter((code) => 'knots' in code);
  const lowest = Math.min(...bins.map(({ low }) => low));
  const highest = Math.max(...bins.map(({ high }) => high));
  codes.forEach((code, index) => {
    if ('knots' in code) {
      ranges.push({ low: code.low, high: code.high, code: index });
      return;
    }
    const { value } = code;
    if (bins.length > 0) own.set(value, index);
    const outside = value < lowest || value > highest;
    if (outside ? bins.length === 0 : !bins.some(({ low, high }) => value >= low && value <= high)) {
      ranges.push({ low: value, high: value, code: index });
    }
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
