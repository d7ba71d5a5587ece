import type { Data } from 'apache-arrow';
import type { Column } from './column.js';

/** The values that one code of a column has at so many places in it, each in (0, 1). */
export function decodeCode(column: Column, code: number, places: Float32Array): Data {
  const codes = new Uint16Array(places.length).fill(code);
  return column.decode({ codes, uniforms: places, offset: 0, stride: 1, rows: places.length });
}

/** So many places, spread evenly over a code. */
export function evenPlaces(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}
