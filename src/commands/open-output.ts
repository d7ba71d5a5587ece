import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { toArrow, toCsv, type Written } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { delimiterOf, type TableFormat, tableFormatOf } from './table-format.js';

/** What the command line says of the output. */
export interface OutputFlags {
  /** A path, or `-` for standard output, the default. */
  readonly output?: string;
  readonly format?: TableFormat;
  readonly delimiter?: string;
}

/** The sink for the output: CSV or Arrow by the flag, else by the file's extension, else CSV. */
export function openOutput(
  { output = '-', format, delimiter }: OutputFlags,
  io: Io,
): OperatorFunction<RecordBatch, Written> {
  const target = output === '-' ? io.stdout : output;
  const chosen = format ?? (output === '-' ? undefined : tableFormatOf(output)) ?? 'csv';
  if (chosen === 'arrow') return toArrow(target);
  return toCsv(target, defined({ delimiter: delimiter ?? delimiterOf(output) }));
}
