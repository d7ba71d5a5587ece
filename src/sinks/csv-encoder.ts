import type { Data, Field, RecordBatch, Schema } from 'apache-arrow';
import { appendByte, type ByteBuffer, byteBuffer, reserve } from './byte-buffer.js';
import { type CellsOf, csvCells } from './csv-cells.js';
import type { TextAppender } from './csv-text.js';
import type { BatchEncoder } from './write-to.js';

/** How records are written. */
export interface CsvLayout {
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly header: boolean;
  /** How text is written, as it stands or in quotes. */
  readonly appendText: TextAppender;
  /** What stands for the row of a lone null, which would be an empty line. */
  readonly loneNull: '' | '""';
  /** The cells of columns that are written in a way of their own; default `csvCells`. */
  readonly cellsOf?: (field: Field, appendText: TextAppender) => CellsOf;
}

const CHUNK_BYTES = 65_536;

/** Writes batches as CSV records, about 64 KiB at a time. */
export function csvEncoder(schema: Schema | undefined, layout: CsvLayout): BatchEncoder {
  const { delimiter, lineEnd, header, appendText, loneNull, cellsOf = csvCells } = layout;
  const fields = schema?.fields ?? [];
  const separator = delimiter.charCodeAt(0);
  const ending = Buffer.from(lineEnd);
  const emptyLine = Buffer.from(loneNull);
  const columns = fields.map((field) => cellsOf(field, appendText));
  const out = byteBuffer(CHUNK_BYTES + CHUNK_BYTES / 8);

  function* encode({ data, numRows }: RecordBatch): Generator<Uint8Array, void, void> {
    const cells = columns.map((column, i) => column(data.children[i] as Data));
    const first = cells[0];
    out.length = 0;
    for (let row = 0; row < numRows; row += 1) {
      const start = out.length;
      first?.(row, out);
      for (let c = 1; c < cells.length; c += 1) {
        appendByte(out, separator);
        cells[c]?.(row, out);
      }
      if (out.length === start) appendBytes(out, emptyLine);
      appendBytes(out, ending);
      if (out.length >= CHUNK_BYTES) {
        yield out.bytes.subarray(0, out.length);
        out.length = 0;
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
    appendBytes(out, ending);
    return out.bytes.subarray(0, out.length);
  }
}

function appendBytes(out: ByteBuffer, bytes: Uint8Array): void {
  reserve(out, bytes.length);
  for (const byte of bytes) {
    out.bytes[out.length] = byte;
    out.length += 1;
  }
}
