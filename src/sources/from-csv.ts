import { type Data, type DataType, type Field, type RecordBatch, Schema } from 'apache-arrow';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import type { DateOrder, DecimalMark } from '../batches/infer-schema.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pace } from '../pace.js';
import { pathOf } from '../path-of.js';
import { requireOptions } from '../require-options.js';
import { type CsvRecords, noRecords } from './csv-records.js';
import { createCsvScanner } from './csv-scanner.js';
import { type CsvSchemaOptions, csvSchema } from './csv-schema.js';
import { decodeToUtf8 } from './decode-text.js';
import { type ByteSource, readBytes, sourceName } from './open-bytes.js';
import { requireTextOptions, TEXT_OPTIONS } from './require-text-options.js';
import { type TextColumnReader, textColumnReader } from './text-column.js';
import { type TextFields, textAt } from './text-fields.js';

/** Options of `fromCsv`. */
export interface FromCsvOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Rows in a batch, 1 or more; default 4096. */
  readonly batchRows?: number;
  /** One character; default a tab for paths that end in `.tsv`, else a comma. */
  readonly delimiter?: string;
  /** All columns, or the types or fields of some: those are not inferred and are read in any plain spelling, dates in the layout of their field (`rx-augment:datetime`). */
  readonly schema?: Schema | Readonly<Record<string, DataType | Field>>;
  /** Records that types are inferred from, 1 or more; default 10,000. */
  readonly inferRows?: number;
  /** Which comes first in dates such as `01/02/2020`, in columns where no value tells; by default those stay text. */
  readonly dateOrder?: DateOrder;
  /** What stands before decimals in numbers such as `1,234`, in columns where no value tells; by default those stay text. */
  readonly decimalMark?: DecimalMark;
  /**
   * Unquoted fields that stand for null; default the empty one. A quoted field of a text column is never null. `toCsv` writes the nulls of a column as the one that
   * most of its nulls in the sample are, else as the first.
   */
  readonly nullValues?: readonly string[];
  /** A label that TextDecoder knows, such as `windows-1252`; default `utf-8`. */
  readonly encoding?: string;
}

/**
 * The records of a CSV file with a header line as record batches of exactly `batchRows` rows, the last one smaller, however
 * the input is cut into chunks. A file of a header alone gives one batch without rows (its columns utf8), so that sinks know the columns.
 *
 * Types are those of `inferSchema` on the first `inferRows` records (fewer when these are more than 64 MiB). A column that is of another type than
 * text but for one mark (see KNOWN_MARKS), and has no empty field, has nulls there, which come back as that mark.
 * Errors are InputErrors with source, line, row and column: text that is no CSV (see `createCsvScanner`) or not in `encoding`, a missing
 * or empty file, and a later value that the inferred type cannot hold. A `schema` with other columns than the file is a SchemaMismatchError.
 * Memory: the records for inference, then one batch and one chunk. Files are closed and streams destroyed on every path.
 */
export function fromCsv(place: ByteSource, options: FromCsvOptions = {}): Observable<RecordBatch> {
  requireOptions('fromCsv()', options, { ...TEXT_OPTIONS, delimiter: 'string', encoding: 'string' });
  const source = pathOf(place);
  const {
    signal,
    limit,
    batchRows = 4096,
    inferRows = 10_000,
    nullValues = [''],
    encoding = 'utf-8',
    schema,
    dateOrder,
    decimalMark,
  } = options;
  const { delimiter = typeof source === 'string' && source.toLowerCase().endsWith('.tsv') ? '\t' : ',' } = options;
  requireTextOptions({ batchRows, inferRows, dateOrder, decimalMark, nullValues, schema });
  const name = sourceName(source);
  const scannerOptions = { delimiter, nullValues, groupRows: batchRows, source: name };
  createCsvScanner(scannerOptions);
  new TextDecoder(encoding);

  async function* read(signal: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    const scanner = createCsvScanner(scannerOptions);
    let table: Table | undefined;
    let waiting: CsvRecords[] = [];
    let size = 0;
    let rows = 0;

    async function* start(): AsyncGenerator<RecordBatch, void, void> {
      table = await createTable(scanner.header ?? [], waiting, {
        schema,
        inferRows,
        dateOrder,
        decimalMark,
        nullValues,
        source: name,
      });
      for (const records of waiting) yield await table.read(records);
      waiting = [];
    }
    async function* take(groups: readonly CsvRecords[]): AsyncGenerator<RecordBatch, void, void> {
      for (const records of groups) {
        if (table !== undefined) yield await table.read(records);
        else {
          waiting.push(records);
          rows += records.lines.length;
          size += records.byteLength;
          if (schema instanceof Schema || rows >= inferRows || size >= LARGEST_SAMPLE) yield* start();
        }
      }
    }

    for await (const text of decodeToUtf8(readBytes(source, signal), encoding, name)) {
      await pace();
      yield* take(scanner.scan(text, false));
    }
    yield* take(scanner.scan(new Uint8Array(0), true));
    if (table === undefined) yield* start();
    if (rows === 0 && table !== undefined) yield await table.read(noRecords(scanner.header?.length ?? 0));
  }
  return fromAsync(read, { ...(limit !== undefined && { limit }), ...(signal && { signal }) });
}

/** Bytes. */
const LARGEST_SAMPLE = 2 ** 26;

interface Table {
  read(records: CsvRecords): Promise<RecordBatch>;
}

async function createTable(
  names: readonly string[],
  sample: readonly CsvRecords[],
  options: CsvSchemaOptions,
): Promise<Table> {
  const { inferRows, source } = options;
  const { schema, given } = await csvSchema(names, sample, options);
  const readers: TextColumnReader[] = schema.fields.map((field) => textColumnReader(field, !given.has(field.name)));
  let rowsBefore = 0;
  return {
    async read({ columns, lines }) {
      const data: Data[] = [];
      for (const [c, reader] of readers.entries()) {
        const texts = columns[c] as TextFields;
        const column = names[c] ?? '';
        await pace();
        data.push(
          reader(texts, (row, expected) => {
            const text = textAt(texts, row);
            const found = text === null ? 'null' : `\`${clip(text)}\``;
            const hint = given.has(column) ? '' : `: raise \`inferRows\` (${inferRows}) or give its type in \`schema\``;
            const position = { source, row: rowsBefore + row + 1, column };
            const line = lines[row];
            throw new InputError(
              `Expected ${expected}, got ${found}${hint}`,
              line === undefined ? position : { ...position, line },
            );
          }),
        );
      }
      rowsBefore += lines.length;
      return batchOf(schema, lines.length, data);
    },
  };
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
