import { DataType } from 'apache-arrow';

const SECONDS_PER_DAY = 86_400;

/** Whole seconds as an Arrow type keeps them, and back. */
export interface SecondsInType {
  /** Seconds since 1970-01-01T00:00:00, of times since midnight; undefined for a value with a fraction of one. */
  secondsOf(value: number | bigint): number | undefined;
  /** Undefined for what the type cannot hold. */
  valueOf(seconds: number): number | bigint | undefined;
}

/** How dates, times and timestamps keep seconds; undefined for other types. */
export function secondsInType(type: DataType): SecondsInType | undefined {
  if (DataType.isDate(type) && type.unit === 0) {
    return {
      secondsOf: (days) => Number(days) * SECONDS_PER_DAY,
      valueOf: (seconds) => (seconds % SECONDS_PER_DAY === 0 ? seconds / SECONDS_PER_DAY : undefined),
    };
  }
  if (!DataType.isDate(type) && !DataType.isTime(type) && !DataType.isTimestamp(type)) return undefined;
  // Units are numbered from seconds on, each a thousandth of the one before.
  const perSecond = 1000 ** type.unit;
  const isTime = DataType.isTime(type);
  const isNarrow: boolean = type.ArrayType === Int32Array;
  return {
    secondsOf(value) {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number % perSecond === 0 ? number / perSecond : undefined;
      const [exact, per] = [BigInt(value), BigInt(perSecond)];
      return exact % per === 0n ? Number(exact / per) : undefined;
    },
    valueOf(seconds) {
      if (isTime && (seconds < 0 || seconds >= SECONDS_PER_DAY)) return undefined;
      if (isNarrow) return seconds * perSecond;
      const value = BigInt(seconds) * BigInt(perSecond);
      return BigInt.asIntN(64, value) === value ? value : undefined;
    },
  };
}
