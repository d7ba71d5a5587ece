import { isSet, validityOf } from '../batches/validity.js';
import { type ExactValues, exactValues } from './exact-values.js';

/** Booleans as codes give them back: `values` are those that have one, in the codes' order. */
export function exactBooleans(values: readonly ('false' | 'true' | 'null')[]): ExactValues {
  const known = values.filter((value) => value !== 'null');
  const numbers = { false: known.indexOf('false'), true: known.indexOf('true') };
  return exactValues(
    known.map((value) => ({ code: values.indexOf(value), from: 0, to: 1 })),
    values.indexOf('null'),
    (data, nullValue) => {
      const bitmap = validityOf(data);
      const bits = data.values as Uint8Array;
      return Int32Array.from({ length: data.length }, (_, r) => {
        const bit = data.offset + r;
        return isSet(bitmap, bit) ? numbers[isSet(bits, bit) ? 'true' : 'false'] : nullValue;
      });
    },
  );
}
