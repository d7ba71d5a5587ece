import { fillUniforms, randomKey } from '../src/random.js';

/** Uniforms in (0, 1) by row and column, the same for a seed. */
export function uniformRows(seed: number, rows: number, columns: number): (row: number, column: number) => number {
  const uniforms = new Float32Array(rows * columns);
  fillUniforms(
    randomKey(seed),
    Array.from({ length: rows }, (_, row) => row),
    columns,
    uniforms,
  );
  return (row, column) => uniforms[columns * row + column] as number;
}
