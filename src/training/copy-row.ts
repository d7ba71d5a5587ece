import type { CodeTable } from './code-table.js';

/** Writes a row of a table, its codes or values, to `out[at]` and on. */
export function copyRow(
  { width, values, divisors }: CodeTable,
  row: number,
  out: Int32Array | Uint16Array | Float32Array,
  at: number,
): void {
  const from = row * width;
  if (divisors === undefined) {
    out.set(values.subarray(from, from + width), at);
    return;
  }
  for (let i = 0; i < width; i += 1) out[at + i] = (values[from + i] as number) / (divisors[i] as number);
}
