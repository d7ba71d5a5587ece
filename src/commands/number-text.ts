/** A count with thousands apart: `32,561`. */
export function countText(count: number): string {
  // By hand: the first call of `toLocaleString` takes 12 ms.
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its noun, in the plural unless it is one: `1 row`, `2 rows`. */
export function countedText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A length of time in a unit that suits it: `4.2 s`, `12 min`. */
export function durationText(ms: number): string {
  if (ms < 99_500) return `${ms < 9_950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
  return ms < 5_970_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** Bytes in a unit that suits them: `210 MB`, `1.4 GB`. */
export function bytesText(bytes: number): string {
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** A share in percent: `2.6 %`. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
