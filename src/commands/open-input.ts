import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type DataType, type Field, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { catchError, identity, type MonoTypeOperatorFunction, type Observable, tap } from 'rxjs';
import { KNOWN_MARKS } from '../batches/null-marks.js';
import {
  castTo,
  fromArrow,
  fromCsv,
  fromJsonLines,
  fromParquet,
  InputError,
  readBytes,
  SchemaMismatchError,
} from '../index.js';
import { databasePlace } from './database-place.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { countedText } from './number-text.js';
import { type QueryFlags, readDatabase } from './read-database.js';
import { delimiterOf, packingOfBytes, type TableFormat, tableFormatOf, tableFormatOfBytes } from './table-format.js';
import { UsageError } from './usage-error.js';

/** What the command line says of the input. */
export interface InputFlags extends QueryFlags {
  /** A path, a table of a database, or `-` for standard input. */
  readonly file: string;
  readonly inputFormat?: TableFormat;
  readonly delimiter?: string;
  readonly inferRows?: number;
  /** Which comes first in dates of CSV and JSON, where no value of a column tells. */
  readonly dateOrder?: 'dmy' | 'mdy';
  /** What stands before decimals in numbers of CSV and JSON, where no value of a column tells. */
  readonly decimalMark?: '.' | ',';
  /** Cells of CSV and texts of JSON that are null, besides empty cells and JSON's own null; nulls are written as the first. */
  readonly null?: readonly string[];
  /** Columns of CSV and JSON that are text, whatever their values look like; without `columns` from elsewhere. */
  readonly text?: readonly string[];
  /** Of CSV, a label that TextDecoder knows. */
  readonly encoding?: string;
  /** Rows of a batch of CSV, JSON Lines or a database. */
  readonly batchRows?: number;
}

/** The columns that the input has to have, and where they come from, for messages. */
export interface ExpectedColumns {
  readonly schema: Schema | Readonly<Record<string, DataType | Field>>;
  readonly origin: string;
}

/** A table to read, and what messages call it. */
export interface Input {
  readonly batches: Observable<RecordBatch>;
  readonly name: string;
}

/**
 * Opens the input: a table of a database, or a file or stream in the format of the flag, else of the file's extension, else of its first bytes. CSV and JSON Lines are read
 * as what `columns` say, where they are given, others in their types where no value changes. A UsageError when standard input is a terminal.
 */
export async function openInput(flags: InputFlags, io: Io, known?: ExpectedColumns): Promise<Input> {
  const { file, query } = flags;
  const columns = known ?? textColumns(flags.text);
  const database = databasePlace(file);
  if (database !== undefined) {
    if (columns?.origin === TEXT) throw noTexts('a database', file);
    const { name } = database;
    return { batches: (await readDatabase(database, flags)).pipe(typed(columns, name)), name };
  }
  if (query !== undefined)
    throw new UsageError(
      `Expected --query with a database, as postgres://host/shop or shop.duckdb, got ${nameOf(file)}`,
    );
  if (file === '-' && io.stdin.isTTY)
    throw new UsageError('Expected FILE, or a table on standard input, got a terminal');
  const { source, format } = await recognise(flags, io);
  if (columns?.origin === TEXT && (format === 'arrow' || format === 'parquet')) throw noTexts(format, nameOf(file));
  return {
    batches: read(source, format, flags, columns).pipe(catchError((error) => fail(error, columns))),
    name: nameOf(file),
  };
}

function read(
  source: string | Readable,
  format: TableFormat,
  {
    file,
    delimiter = delimiterOf(file),
    inferRows,
    dateOrder,
    decimalMark,
    encoding,
    batchRows,
    null: marks,
  }: InputFlags,
  columns?: ExpectedColumns,
): Observable<RecordBatch> {
  const text = { inferRows, dateOrder, decimalMark, batchRows, schema: columns?.schema };
  switch (format) {
    case 'arrow':
      return fromArrow(source).pipe(typed(columns, nameOf(file)));
    case 'parquet':
      return fromParquet(source).pipe(typed(columns, nameOf(file)));
    case 'jsonl':
      return fromJsonLines(source, defined({ ...text, nullValues: marks }));
    case 'csv':
      return fromCsv(source, defined({ ...text, delimiter, encoding, nullValues: marks && [...marks, ''] })).pipe(
        requireDivided(delimiter),
      );
  }
}

/** What messages call the columns of `--text`. */
const TEXT = '--text';

function textColumns(names: readonly string[] | undefined): ExpectedColumns | undefined {
  return names && { schema: Object.fromEntries(names.map((name) => [name, new Utf8()])), origin: TEXT };
}

/** Where columns have types, they are kept. */
function noTexts(found: string, name: string): UsageError {
  return new UsageError(`Expected --text with CSV or JSON, got ${found} (${name})`);
}

/** Formats that bring types of their own: what a model calls int32 may be int64 there. */
function typed(columns: ExpectedColumns | undefined, source: string): MonoTypeOperatorFunction<RecordBatch> {
  return columns?.schema instanceof Schema ? castTo(columns.schema, { source }) : identity;
}

/**
 * A UsageError where a header of one column holds another delimiter: one column of text would be learned, or none. By default commas
 * divide; `--delimiter ,` says that they do.
 */
function requireDivided(given: string | undefined): MonoTypeOperatorFunction<RecordBatch> {
  if (given === ',') return identity;
  return tap(({ schema: { fields } }) => {
    const [field] = fields;
    const [other] = (given === undefined ? /[;\t|]/ : /[,;\t|]/).exec(field?.name ?? '') ?? [];
    if (field === undefined || fields.length > 1 || other === undefined) return;
    const by = given === undefined ? 'commas' : given === '\t' ? 'tabs' : given;
    throw new UsageError(
      `Expected columns divided by ${by}, got one, ${JSON.stringify(field.name)}: ` +
        `give --delimiter '${other === '\t' ? '\\t' : other}'${other === ',' ? '' : ', or --delimiter , where it is one'}`,
    );
  });
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

interface Recognised {
  readonly source: string | Readable;
  readonly format: TableFormat;
}

async function recognise({ file, inputFormat }: InputFlags, io: Io): Promise<Recognised> {
  const given = inputFormat ?? (file === '-' ? undefined : tableFormatOf(file));
  if (given !== undefined) return { source: file === '-' ? io.stdin : file, format: given };
  const found = file === '-' ? undefined : await stat(file).catch(() => undefined);
  if (found?.isFile()) return unpacked(file, await headOf(file), file, io);
  // What cannot be opened is reported when it is read.
  if (file !== '-' && (found === undefined || found.isDirectory())) return { source: file, format: 'csv' };
  // A pipe under a path can be opened only once.
  return peeked(file === '-' ? io.stdin : createReadStream(file), file, io);
}

async function peeked(stream: Readable, file: string, io: Io): Promise<Recognised> {
  const { head, ended } = await peek(stream, io.signal);
  // What has ended cannot be given back.
  return unpacked(ended ? named(Readable.from([head]), file) : stream, head, file, io);
}

/** A source that begins with `head`, and its format; where it is packed, what is inside. A UsageError for what we do not unpack. */
async function unpacked(source: string | Readable, head: Uint8Array, file: string, io: Io): Promise<Recognised> {
  const packing = packingOfBytes(head);
  if (packing === undefined) return { source, format: tableFormatOfBytes(head) };
  if (packing === 'gzip' || packing === 'zstd')
    return peeked(named(Readable.from(readBytes(source, io.signal), { objectMode: false }), file), file, io);
  const sheet = packing === 'zip' ? ', or a spreadsheet: save it as CSV' : '';
  throw new UsageError(
    `Expected CSV, JSON Lines, Arrow or Parquet, by itself or in gzip or zstd, got ${packing} data${sheet} (${nameOf(file)})`,
  );
}

/** A stream that messages call as its file. */
function named(stream: Readable, file: string): Readable {
  return Object.assign(stream, { path: nameOf(file) });
}

const HEAD_BYTES = 8;

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return new Uint8Array(0);
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The first bytes of a stream, which gives them again unless it has ended: then they are all there is. */
async function peek(stream: Readable, signal: AbortSignal): Promise<{ head: Uint8Array; ended: boolean }> {
  const chunks: Buffer[] = [];
  let ended = false;
  await new Promise<void>((resolve, reject) => {
    let length = 0;
    const onReadable = () => {
      for (let chunk: Buffer | null = stream.read(); chunk !== null; chunk = stream.read()) {
        chunks.push(chunk);
        length += chunk.length;
        if (length < HEAD_BYTES) continue;
        // At once: a stream that knows of its end by now tells of it in the next tick, unless there is more to read.
        stream.unshift(Buffer.concat(chunks));
        return settle(resolve);
      }
    };
    const onEnd = () => {
      ended = true;
      settle(resolve);
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => {
      settle(() => reject(signal.reason));
      stream.destroy();
    };
    const settle = (act: () => void) => {
      stream.off('readable', onReadable).off('end', onEnd).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    stream.on('readable', onReadable).on('end', onEnd).on('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  return { head: Buffer.concat(chunks), ended };
}

/** Says in the user's words what the options of sources are called there. */
function fail(error: unknown, columns: ExpectedColumns | undefined): never {
  if (error instanceof SchemaMismatchError && columns !== undefined) {
    const message = error.message
      .replace('the columns of `schema`', `the columns of ${columns.origin}`)
      .replace(': is `delimiter` ', ': is --delimiter ');
    throw new SchemaMismatchError(message, error.column, { cause: error });
  }
  if (error instanceof InputError) {
    const hint = /: raise `inferRows` \((\d+)\)( or give its type in `schema`)?/;
    const [, rows, isTyped] = hint.exec(error.message) ?? [];
    const what = isTyped === undefined ? 'columns' : 'types';
    const [, mark = ''] = /, got `([^`]*)`: raise/.exec(error.message) ?? [];
    const asNull = KNOWN_MARKS.includes(mark) ? `, or read \`${mark}\` as null by --null '${mark}'` : '';
    const instead = isTyped === undefined ? '' : `${asNull}, or keep the column as text by --text`;
    const message = error.message
      .replace(
        hint,
        `: ${what} come from the first ${countedText(Number(rows), 'row')}, so raise --infer-rows${instead}`,
      )
      .replace(': give `encoding`', ': give --encoding, such as windows-1252 or utf-16le');
    if (message !== error.message)
      throw Object.assign(new InputError(message, {}, { cause: error }), { position: error.position });
  }
  throw error;
}
