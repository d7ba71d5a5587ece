import type { Decimal } from 'apache-arrow';
import type { NumberStorage } from './number-storage.js';

const WORD = 2 ** 32;

/** Decimals as float64: exact up to 15 digits, beyond that the nearest number. Two's complement in 32-bit words, little-endian. */
export function decimalStorage({ bitWidth, precision, scale }: Decimal): NumberStorage {
  const stride = bitWidth / 32;
  const unit = 10 ** scale;
  const most = 10 ** precision - 1;
  const scaled = (value: number) => Math.max(-most, Math.min(most, Math.round(value * unit)));
  return {
    integer: false,
    bits64: false,
    read(data) {
      const words = data.values as Uint32Array;
      const values = new Float64Array(data.length);
      for (let r = 0; r < values.length; r += 1) {
        const negative = (words[(r + 1) * stride - 1] as number) >= WORD / 2;
        let size = 0;
        for (let w = stride - 1; w >= 0; w -= 1) {
          const word = words[r * stride + w] as number;
          size = size * WORD + (negative ? WORD - 1 - word : word);
        }
        values[r] = (negative ? -size - 1 : size) / unit;
      }
      return values;
    },
    write(values) {
      const words = new Uint32Array(values.length * stride);
      for (let r = 0; r < values.length; r += 1) {
        const whole = scaled(values[r] as number);
        // Of a negative number, what its complement holds: -1 is all ones, the complement of 0.
        let size = whole < 0 ? -whole - 1 : whole;
        for (let w = 0; w < stride; w += 1) {
          const word = size % WORD;
          words[r * stride + w] = whole < 0 ? WORD - 1 - word : word;
          size = Math.floor(size / WORD);
        }
      }
      return words;
    },
    nearest: (value) => scaled(value) / unit,
  };
}
