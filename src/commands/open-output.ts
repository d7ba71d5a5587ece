import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { toArrow, toCsv, toJsonLines, toParquet, type Written } from '../index.js';
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

/** The sink for the output: in the format of the flag, else of the file's extension, else CSV. */
export function openOutput(
  { output = '-', format, delimiter }: OutputFlags,
  io: Io,
): OperatorFunction<RecordBatch, Written> {
  const target = output === '-' ? io.stdout : output;
  const chosen = format ?? (output === '-' ? undefined : tableFormatOf(output)) ?? 'csv';
  switch (chosen) {
    case 'arrow':
      return toArrow(target);
    case 'parquet':
      return toParquet(target);
    case 'jsonl':
      return toJsonLines(target);
    case 'csv':
      return toCsv(target, defined({ delimiter: delimiter ?? delimiterOf(output) }));
  }
}
