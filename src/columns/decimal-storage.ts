import type { Decimal } from 'apache-arrow';
import type { NumberStorage } from './number-storage.js';

const WORD = 2 ** 32;
/** Decimals of up to 15 digits have a float64 each. */
const MOST_EXACT = 1e15;

/**
 * Decimals as float64: exact up to 15 digits, beyond that the nearest number. Two's complement in 32-bit words, little-endian. Back
 * they go by their shortest decimal, so that 9.22 is 9.220000000000000000 however large the scale.
 */
export function decimalStorage({ bitWidth, precision, scale }: Decimal): NumberStorage {
  const stride = bitWidth / 32;
  const unit = 10 ** scale;
  const most = 10n ** BigInt(precision) - 1n;
  /** How many units of the last place a value is: a bigint beyond 2^53. */
  const scaled = (value: number): number | bigint => {
    const whole = Math.round(value * unit);
    if (!(Math.abs(whole) > Number.MAX_SAFE_INTEGER)) return within(whole, Number(most));
    const exact = scaledText(String(value), scale);
    return exact > most ? most : exact < -most ? -most : exact;
  };
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
        values[r] =
          size < Number.MAX_SAFE_INTEGER
            ? (negative ? -size - 1 : size) / unit
            : numberFrom(wideOf(words.subarray(r * stride, (r + 1) * stride)), scale);
      }
      return values;
    },
    isExact(value, data, row) {
      if (Math.abs(value) * unit <= MOST_EXACT) return true;
      const words = (data.values as Uint32Array).subarray(row * stride, (row + 1) * stride);
      return scaledText(String(value), scale) === wideOf(words);
    },
    write(values) {
      const words = new Uint32Array(values.length * stride);
      for (let r = 0; r < values.length; r += 1) {
        const whole = scaled(values[r] as number);
        if (typeof whole === 'bigint') {
          for (let w = 0; w < stride; w += 1)
            words[r * stride + w] = Number(BigInt.asUintN(32, whole >> BigInt(32 * w)));
          continue;
        }
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
    nearest(value) {
      const whole = scaled(value);
      return typeof whole === 'bigint' ? numberFrom(whole, scale) : whole / unit;
    },
  };
}

function within(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

function wideOf(words: Uint32Array): bigint {
  const whole = words.reduceRight<bigint>((sum, word) => (sum << 32n) + BigInt(word), 0n);
  return BigInt.asIntN(32 * words.length, whole);
}

/** The number nearest to an integer over 10 ** scale: a division of numbers would round twice. */
function numberFrom(whole: bigint, scale: number): number {
  return Number(`${whole}e${-scale}`);
}

/** A number's text times 10 ** scale, rounded. */
function scaledText(text: string, scale: number): bigint {
  const [digits = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = scale + Number(exponent) - fraction.length;
  const all = BigInt(whole + fraction);
  if (shift >= 0) return all * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (all + (all < 0n ? -divisor : divisor) / 2n) / divisor;
}
