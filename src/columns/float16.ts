/** The value of a half-precision float's 16 bits (IEEE 754 binary16). */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of the half-precision float nearest to `value`, ties to even; beyond 65,519 an infinity. */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the spacing stays that of the smallest normal number; a carry out of the fraction lands in the exponent.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const normal = size >= 2 ** -14;
  const scaled = roundHalfEven(size * 2 ** (10 - exponent));
  return sign | (normal ? ((exponent + 15) << 10) + (scaled - 1024) : scaled);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
