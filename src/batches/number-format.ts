/** How a column of float64 values is spelled, as field metadata keeps it. */
export interface NumberFormat {
  /** Metadata `rx-augment:decimals`: every value has exactly so many decimals, 1 to 20. */
  readonly decimals?: number;
  /** Metadata `rx-augment:min-decimals`: the shortest form, but never without a decimal, as Python writes `1.0`. */
  readonly minDecimals?: 1;
  /**
   * Metadata `rx-augment:exponents`: the shortest form with exponents as `1e-05`, where Python writes them (below 1e-4 and
   * from 1e16 on, never without a decimal elsewhere) or R (where they are shorter).
   */
  readonly exponents?: Exponents;
}

/** Whose rule says which numbers have exponents. */
export type Exponents = 'python' | 'r';

/** The format that a field's metadata asks for; without any, the shortest form that reads back as the same float64. */
export function numberFormatOf(metadata: ReadonlyMap<string, string>): NumberFormat {
  const decimals = metadata.get('rx-augment:decimals');
  if (decimals !== undefined) return { decimals: Number(decimals) };
  const exponents = metadata.get('rx-augment:exponents');
  if (exponents === 'python' || exponents === 'r') return { exponents };
  return metadata.has('rx-augment:min-decimals') ? { minDecimals: 1 } : {};
}

/** A function that spells numbers in a format; the inverse of reading them, -0 included where it has decimals. */
export function numberWriter({ decimals, minDecimals, exponents }: NumberFormat): (value: number) => string {
  if (decimals !== undefined) return signed((value) => value.toFixed(decimals));
  if (minDecimals !== undefined) return signed((value) => (Number.isInteger(value) ? value.toFixed(1) : String(value)));
  if (exponents !== undefined) return exponents === 'python' ? signed(pythonText) : rText;
  return String;
}

/** With the sign of -0, which JavaScript leaves out. */
function signed(write: (value: number) => string): (value: number) => string {
  return (value) => (Object.is(value, -0) ? `-${write(0)}` : write(value));
}

function pythonText(value: number): string {
  const size = Math.abs(value);
  if (Number.isFinite(value) && size !== 0 && (size < 1e-4 || size >= 1e16)) return exponentText(value);
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function rText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [fixed, short] = [String(value), exponentText(value)];
  return short.length < fixed.length || fixed.includes('e') ? short : fixed;
}

/** With an exponent of two digits or more. */
function exponentText(value: number): string {
  return value.toExponential().replace(/(e[+-])(\d)$/, '$10$2');
}
