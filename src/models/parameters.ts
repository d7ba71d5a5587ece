import { fillUniforms, foldIn, type RandomKey } from '../random.js';
import type { Model } from './model.js';
import type { ParameterSpec } from './parameter-spec.js';
import { sizeOf } from './shape.js';

/** The number of all parameters. */
export function parameterCount(parameters: Model['parameters']): number {
  return Object.values(parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Where each parameter lies in the flat array of all parameters, in their order. */
export function parameterLayout(parameters: Model['parameters']): readonly {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}[] {
  let end = 0;
  return Object.entries(parameters).map(([name, { shape }]) => {
    const size = sizeOf(shape);
    const offset = end;
    end += size;
    return { name, shape, offset, size };
  });
}

/** The parameters' starting values, flat; each depends on the key and the parameter's name alone. */
export function initialParameters(parameters: Model['parameters'], key: RandomKey): Float32Array {
  const values = new Float32Array(parameterCount(parameters));
  for (const { name, offset, size } of parameterLayout(parameters)) {
    const { limit, initial } = parameters[name] as ParameterSpec;
    if (initial !== undefined) values.set(initial, offset);
    if (limit === 0) continue;
    const half = Math.ceil(size / 2);
    const [low, high] = [new Float32Array(half), new Float32Array(half)];
    fillUniforms(foldIn(key, name), [0], half, low, high);
    const part = values.subarray(offset, offset + size);
    part.set(low);
    part.set(high.subarray(0, size - half), half);
    for (let i = 0; i < size; i += 1) part[i] = (2 * (part[i] as number) - 1) * limit;
  }
  return values;
}
