/** How a column of float64 values is spelled, as field metadata keeps it. */
export interface NumberFormat {
  /** Metadata `rx-augment:decimals`: every value has exactly so many decimals, 1 to 20. */
  readonly decimals?: number;
  /** Metadata `rx-augment:min-decimals`: the shortest form, but never without a decimal, as Python writes `1.0`. */
  readonly minDecimals?: 1;
}

/** The format that a field's metadata asks for; without any, the shortest form that reads back as the same float64. */
export function numberFormatOf(metadata: ReadonlyMap<string, string>): NumberFormat {
  const decimals = metadata.get('rx-augment:decimals');
  if (decimals !== undefined) return { decimals: Number(decimals) };
  return metadata.has('rx-augment:min-decimals') ? { minDecimals: 1 } : {};
}

/** A function that spells numbers in a format; the inverse of reading them. */
export function numberWriter({ decimals, minDecimals }: NumberFormat): (value: number) => string {
  if (decimals !== undefined) return (value) => value.toFixed(decimals);
  if (minDecimals !== undefined) return (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
  return String;
}
