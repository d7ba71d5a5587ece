import type { InputSpec } from '../models/model.js';
import { sizeOf } from '../models/shape.js';
import type { InputArrays } from './engine.js';

/** Number of values that an input has for a number of rows. */
export function inputLength({ shape, perRow }: InputSpec, rows: number): number {
  return sizeOf(shape) * (perRow ? rows : 1);
}

/** The values of an input in a batch; RangeError where there are not as many as the rows take. */
export function inputValues(
  batch: InputArrays,
  name: string,
  spec: InputSpec,
  rows: number,
): Float32Array | Int32Array {
  return requireLength(batch[name], name, inputLength(spec, rows));
}

/** The values of an input where there are `length` of them; else a RangeError. */
export function requireLength(
  values: Float32Array | Int32Array | undefined,
  name: string,
  length: number,
): Float32Array | Int32Array {
  if (values?.length === length) return values;
  throw new RangeError(`Expected input \`${name}\` to have ${length} values, got ${values?.length ?? 'none'}`);
}
