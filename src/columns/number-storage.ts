import type { Data } from 'apache-arrow';

/** How an Arrow type keeps its numbers: the only place that knows integer widths, date units and half floats. */
export interface NumberStorage {
  /** Whether every value is a whole number of the type's unit. */
  readonly integer: boolean;
  /** Whether values may lie beyond 2^53, where float64 has gaps. */
  readonly bits64: boolean;
  /** What a day is in the type's unit, where values are days or moments, and how far its zone is ahead of UTC. */
  readonly days?: DayUnits;
  /** The stored numbers of every row; 64-bit integers are rounded to the nearest float64. Null rows hold anything. */
  read(data: Data): Float64Array;
  /** Whether a row's number, as read, stands for the stored one and no other; absent where that is always so, or `bits64` tells. */
  isExact?(value: number, data: Data, row: number): boolean;
  /** The values buffer of a column; values must fit the type. Integers are exact up to 2^53. */
  write(values: Float64Array): ArrayBufferView;
  /** The nearest number the type can hold. */
  nearest(value: number): number;
}

/** A calendar's days in units of a type. */
export interface DayUnits {
  readonly day: number;
  /** Of zones written as an offset, such as `+02:00`; 0 for others. */
  readonly zone: number;
}
