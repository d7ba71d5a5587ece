import type { RecordBatch } from 'apache-arrow';
import { map, type OperatorFunction, pipe } from 'rxjs';
import { toArrow, toCsv, toJsonLines, toParquet, type Written } from '../index.js';
import { databasePlace } from './database-place.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { delimiterOf, type TableFormat, tableFormatOf } from './table-format.js';
import { UsageError } from './usage-error.js';
import { type IfExists, writeDatabase } from './write-database.js';

/** What the command line says of the output. */
export interface OutputFlags {
  /** A path, a table of a database, or `-` for standard output, the default. */
  readonly output?: string;
  readonly format?: TableFormat;
  readonly delimiter?: string;
  /** What becomes of a table of a database that is there already; by default the command fails. */
  readonly ifExists?: IfExists;
}

/** Extensions of files that would surprise their reader by holding CSV or JSON Lines. */
const FOREIGN = /\.(json|xlsx?|ods)(\.(gz|zstd?))?$/i;

/**
 * The sink for the output: into a table, or in the format of the flag, else of the file's extension, else CSV. A database has
 * been asked whether it would take the table. A UsageError for flags that do not fit the output, and for spreadsheets and `.json`.
 */
export async function openOutput(
  { output = '-', format, delimiter, ifExists }: OutputFlags,
  io: Io,
): Promise<OperatorFunction<RecordBatch, Written>> {
  const database = databasePlace(output);
  if (database !== undefined) {
    if (format !== undefined) throw new UsageError(`Expected --format with a file, got ${database.name}`);
    const sink = await writeDatabase(database, ifExists ?? 'fail', io.signal);
    return pipe(
      sink,
      map((written) => ({ ...written, target: database.name })),
    );
  }
  if (ifExists !== undefined) throw new UsageError('Expected --if-exists with -o DATABASE#TABLE, got another output');
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
