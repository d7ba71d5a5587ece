import { type DataType, type Field, type RecordBatch, Schema } from 'apache-arrow';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import type { DateOrder, DecimalMark } from '../batches/infer-schema.js';
import { nullMarksOf, withNullMarks } from '../batches/null-marks.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pathOf } from '../path-of.js';
import { requireOptions } from '../require-options.js';
import { decodeText } from './decode-text.js';
import { givenField } from './given-field.js';
import { inferJsonField, type JsonColumnReader, jsonColumnReader } from './json-column.js';
import { type JsonRecord, type JsonValue, jsonText, parseJson } from './json-record.js';
import { type ByteSource, readBytes, sourceName } from './open-bytes.js';
import { readElements } from './read-elements.js';
import { readLines, type TextLine } from './read-lines.js';
import { requireTextOptions, TEXT_OPTIONS } from './require-text-options.js';

/** Options of `fromJsonLines`. */
export interface FromJsonLinesOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Rows in a batch, 1 or more; default 4096. */
  readonly batchRows?: number;
  /** All columns, or the types or fields of some: those are not inferred. With all columns, an input without records gives a batch without rows. */
  readonly schema?: Schema | Readonly<Record<string, DataType | Field>>;
  /** Records that columns and types are inferred from, 1 or more; default 10,000. */
  readonly inferRows?: number;
  /** Which comes first in dates such as `01/02/2020`, in columns where no value tells; by default those stay text. */
  readonly dateOrder?: DateOrder;
  /** What stands before decimals in texts such as `1,234`, in columns where no value tells; by default those stay text. */
  readonly decimalMark?: DecimalMark;
  /**
   * Texts, not empty, that stand for null besides JSON's own; default none. `toJsonLines` writes the nulls of a column as what most of its nulls in the sample are, a text or
   * `null`, else as the first text.
   */
  readonly nullValues?: readonly string[];
}

/**
 * The objects of a JSON Lines file (one JSON object a line, UTF-8; blank lines are passed over), or of one JSON array, as record batches of exactly
 * `batchRows` rows, the last one smaller, however the input is cut into chunks.
 *
 * Columns are the names of the first `inferRows` records in the order in which they appear, their types those of
 * `inferJsonField`. A name that a record lacks is null there, as is `null`: the two cannot be told apart afterwards.
 *
 * Errors are InputErrors with source, line and, where it is known, row and column: text that is no JSON object, a missing or
 * empty file, a name that first appears after the records that columns are inferred from, and a value that its column's type cannot hold.
 * Memory: the records for inference, then one batch and one chunk. Files are closed and streams destroyed on every path.
 */
export function fromJsonLines(place: ByteSource, options: FromJsonLinesOptions = {}): Observable<RecordBatch> {
  requireOptions('fromJsonLines()', options, TEXT_OPTIONS);
  const source = pathOf(place);
  const {
    signal,
    limit,
    batchRows = 4096,
    inferRows = 10_000,
    schema,
    dateOrder,
    decimalMark,
    nullValues = [],
  } = options;
  requireTextOptions({ batchRows, inferRows, dateOrder, decimalMark, nullValues, schema });
  const name = sourceName(source);
  const tableOptions = { schema, inferRows, dateOrder, decimalMark, nullValues, source: name };

  async function* read(signal: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    let table = schema instanceof Schema ? createTable([], tableOptions) : undefined;
    let waiting: Line[] = [];
    let size = 0;
    let rows = 0;

    function* take(last: boolean): Generator<RecordBatch, void, void> {
      const isSample = table === undefined && (last || waiting.length >= inferRows || size >= LARGEST_SAMPLE);
      if (isSample) table = createTable(waiting.slice(0, inferRows), tableOptions);
      if (table === undefined) return;
      let at = 0;
      while (waiting.length - at >= (last ? 1 : batchRows)) {
        yield table.read(waiting.slice(at, at + batchRows));
        at += batchRows;
      }
      if (at > 0) waiting = waiting.slice(at);
    }

    for await (const { text, line } of readRecords(decodeText(readBytes(source, signal), 'utf-8', name), name)) {
      rows += 1;
      size += text.length;
      waiting.push({ record: recordOf(text, { source: name, line, row: rows }), line });
      if (table !== undefined ? waiting.length >= batchRows : waiting.length >= inferRows || size >= LARGEST_SAMPLE)
        yield* take(false);
    }
    if (rows === 0 && table === undefined)
      throw new InputError('Expected at least one record, got an empty input', { source: name });
    yield* take(true);
    if (rows === 0 && table !== undefined) yield table.read([]);
  }
  return fromAsync(read, { ...(limit !== undefined && { limit }), ...(signal && { signal }) });
}

/** The records of lines, or of an array where the first character but for blanks opens one. */
async function* readRecords(pieces: AsyncGenerator<string, void, void>, source: string): AsyncGenerator<TextLine> {
  let head = '';
  try {
    while (head.trim() === '') {
      const { done, value } = await pieces.next();
      if (done) return;
      head += value;
    }
    async function* all(): AsyncGenerator<string, void, void> {
      yield head;
      yield* pieces;
    }
    yield* head.trimStart().startsWith('[') ? readElements(all(), source) : readLines(all(), source);
  } finally {
    await pieces.return();
  }
}

/** Characters. */
const LARGEST_SAMPLE = 2 ** 26;

interface Line {
  readonly record: JsonRecord;
  readonly line: number;
}

function recordOf(text: string, position: { source: string; line: number; row: number }): JsonRecord {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (cause) {
    const { message } = cause as SyntaxError;
    const at = /at position (\d+)/.exec(message)?.[1];
    const found = message.replace(/,? (in JSON at position .*|\.*".*" is not valid JSON)$/s, '');
    const place = at === undefined ? '' : ` at character ${Number(at) + 1}`;
    const hint = position.row === 1 && /^\s*\{/.test(text) ? '; records of several lines have to be in an array' : '';
    throw new InputError(`Expected a JSON object in a line, got: ${found}${place}${hint}`, position, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw new InputError(`Expected a JSON object in a line, got ${clip(jsonText(value))}`, position);
}

interface Table {
  read(lines: readonly Line[]): RecordBatch;
}

interface TableOptions {
  readonly schema: FromJsonLinesOptions['schema'];
  readonly inferRows: number;
  readonly dateOrder: DateOrder | undefined;
  readonly decimalMark: DecimalMark | undefined;
  readonly nullValues: readonly string[];
  readonly source: string;
}

function createTable(sample: readonly Line[], options: TableOptions): Table {
  const { schema: wanted = {}, inferRows, nullValues, source } = options;
  const types = wanted instanceof Schema ? {} : wanted;
  const schema =
    wanted instanceof Schema ? markedSchema(wanted, nullValues) : new Schema(inferFields(sample, types, options));
  const isGiven = (name: string) => wanted instanceof Schema || Object.hasOwn(types, name);
  const readers: JsonColumnReader[] = schema.fields.map((field) => jsonColumnReader(field, !isGiven(field.name)));
  const names = new Set(schema.names as string[]);
  let rowsBefore = 0;
  return {
    read(lines) {
      for (const [i, { record, line }] of lines.entries()) {
        for (const column of Object.keys(record)) {
          if (names.has(column)) continue;
          const hint = wanted instanceof Schema ? '' : `: raise \`inferRows\` (${inferRows})`;
          const position = { source, line, row: rowsBefore + i + 1, column };
          throw new InputError(`Expected the columns of earlier records, got another one${hint}`, position);
        }
      }
      const data = schema.fields.map(({ name: column }, c) => {
        const values = lines.map(({ record }) => cellOf(record, column));
        return (readers[c] as JsonColumnReader)(values, (row, expected) => {
          const found = values[row] === null ? 'null' : `\`${clip(jsonText(values[row] as JsonValue))}\``;
          const hint = isGiven(column) ? '' : `: raise \`inferRows\` (${inferRows}) or give its type in \`schema\``;
          const position = { source, line: lines[row]?.line ?? 0, row: rowsBefore + row + 1, column };
          throw new InputError(`Expected ${expected}, got ${found}${hint}`, position);
        });
      });
      rowsBefore += lines.length;
      return batchOf(schema, lines.length, data);
    },
  };
}

function inferFields(
  sample: readonly Line[],
  types: Readonly<Record<string, DataType | Field>>,
  { dateOrder, decimalMark, nullValues }: TableOptions,
): Field[] {
  const names = new Set(sample.flatMap(({ record }) => Object.keys(record)));
  for (const name of Object.keys(types)) names.add(name);
  return [...names].map((name) => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    const values = sample.map(({ record }) => cellOf(record, name));
    const isNull = (value: JsonValue) => typeof value === 'string' && nullValues.includes(value);
    if (type !== undefined) return marked(givenField(name, type), values, nullValues);
    const present = values.filter((value) => !isNull(value));
    return marked(inferJsonField(name, present, { dateOrder, decimalMark }), values, nullValues);
  });
}

function markedSchema(schema: Schema, nullValues: readonly string[]): Schema {
  if (nullValues.length === 0) return schema;
  return new Schema(
    schema.fields.map((field) => marked(field, [], nullValues)),
    schema.metadata,
  );
}

/** The field of a column with these texts as nulls, which are written as most nulls among its values are. */
function marked(field: Field, values: readonly JsonValue[], nullValues: readonly string[]): Field {
  if (nullValues.length === 0) return field;
  const countOf = (mark: string) => values.filter((value) => value === (mark === '' ? null : mark)).length;
  const counts = [...nullValues, ''].map((mark) => ({ mark, count: countOf(mark) }));
  const found = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const marks = [...found.map(({ mark }) => mark), ...nullMarksOf(field), ...nullValues, ''];
  return withNullMarks(field, 'rx-augment:json-null', marks);
}

function cellOf(record: JsonRecord, name: string): JsonValue {
  return Object.hasOwn(record, name) ? (record[name] as JsonValue) : null;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
