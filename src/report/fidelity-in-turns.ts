import type { RecordBatch } from 'apache-arrow';
import { runInTurns } from '../run-parts.js';
import { type ColumnValues, columnValues } from './column-values.js';
import type { Fidelity } from './comparison.js';
import { comparison } from './comparison.js';

/** Pairs compared: those of 45 columns, about 0.1 s. */
const MOST_PAIRS = 1000;

/**
 * As `fidelity`, for one table of real records that others are compared with time and again; the event loop takes its turns
 * every few milliseconds. Of more than 1,000 pairs so many are compared, evenly chosen.
 */
export function fidelityInTurns(
  real: readonly RecordBatch[],
  names: readonly string[],
): (synthetic: readonly RecordBatch[]) => Promise<Fidelity> {
  const known: ColumnValues[] = [];
  return (synthetic) => runInTurns(compared(real, synthetic, names, known));
}

/** `known`: the real columns, read when they are first needed. */
function* compared(
  real: readonly RecordBatch[],
  synthetic: readonly RecordBatch[],
  names: readonly string[],
  known: ColumnValues[],
): Generator<undefined, Fidelity, undefined> {
  const read: [ColumnValues, ColumnValues][] = [];
  for (const [i, name] of names.entries()) {
    const column = known[i] ?? columnValues(real, name);
    known[i] = column;
    yield;
    read.push([column, columnValues(synthetic, name, column.levels)]);
    yield;
  }
  return yield* comparison(read, MOST_PAIRS);
}
