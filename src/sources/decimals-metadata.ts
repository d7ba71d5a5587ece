/** The metadata of a column of so many decimals; undefined where writers could not keep to them (see `numberFormatOf`). */
export function decimalsMetadata(decimals: number): Map<string, string> | undefined {
  return decimals >= 1 && decimals <= 20 ? new Map([['rx-augment:decimals', String(decimals)]]) : undefined;
}
