import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { toArrow, toCsv, toJsonLines, toParquet, type Written } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { delimiterOf, type TableFormat, tableFormatOf } from './table-format.js';
import { UsageError } from './usage-error.js';

/** What the command line says of the output. */
export interface OutputFlags {
  /** A path, or `-` for standard output, the default. */
  readonly output?: string;
  readonly format?: TableFormat;
  readonly delimiter?: string;
}

/** Extensions of files that would surprise their reader by holding CSV or JSON Lines. */
const FOREIGN = /\.(json|xlsx?|ods)(\.(gz|zstd?))?$/i;

/** The sink for the output: in the format of the flag, else of the file's extension, else CSV. A UsageError for spreadsheets and `.json`. */
export function openOutput(
  { output = '-', format, delimiter }: OutputFlags,
  io: Io,
): OperatorFunction<RecordBatch, Written> {
  const [foreign] = format === undefined ? (FOREIGN.exec(output) ?? []) : [];
  if (foreign !== undefined) {
    throw new UsageError(`Expected an output of .csv, .tsv, .jsonl, .arrow or .parquet, or --format, got ${output}`);
  }
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
