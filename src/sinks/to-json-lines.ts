import type { Data, RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import { appendAscii, appendByte, byteBuffer, reserve } from './byte-buffer.js';
import { jsonCells } from './json-cells.js';
import type { SinkTarget } from './output.js';
import { writeBatches } from './write-batches.js';
import { type BatchEncoder, SINK_OPTIONS, type SinkOptions, type Written } from './write-to.js';

/** Options of `toJsonLines`. */
export interface ToJsonLinesOptions extends SinkOptions {
  /** Leaves out the names of null values, in place of writing `null`; default false. */
  readonly omitNulls?: boolean;
}

const CHUNK_BYTES = 65_536;

/**
 * Writes batches as JSON Lines, one object a line (UTF-8, LF), to a path, `-` (standard output) or a Node stream, then emits
 * one `Written` and completes. Without rows, nothing is written.
 *
 * Numbers have their shortest form that reads back the same, or the decimals of the field's metadata `rx-augment:decimals`, and
 * integers all their digits; NaN and infinities, which JSON lacks, are `null`. Dates, times, timestamps and decimals are text as
 * in `toCsv`; numbers that were texts in a layout are so again, and nulls that were a text (see `fromJsonLines`); lists, structs and maps arrays and objects. A utf8 field with metadata `rx-augment:json` holds JSON, written as it is.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Errors: a batch with another schema is a
 * SchemaMismatchError, a type that JSON cannot hold (binary, interval, union) a TypeError; what the target reports (such as
 * `EPIPE`) is passed on.
 */
export function toJsonLines(
  target: SinkTarget,
  options: ToJsonLinesOptions = {},
): OperatorFunction<RecordBatch, Written> {
  requireOptions('toJsonLines()', options, { ...SINK_OPTIONS, omitNulls: 'boolean' });
  const { omitNulls = false } = options;
  return writeBatches(target, (schema) => jsonLinesEncoder(schema, omitNulls), options);
}

function jsonLinesEncoder(schema: Schema | undefined, omitNulls: boolean): BatchEncoder {
  const columns = (schema?.fields ?? []).map((field) => ({
    name: Buffer.from(`${JSON.stringify(field.name)}:`),
    cellsOf: jsonCells(field),
  }));
  const out = byteBuffer(CHUNK_BYTES + CHUNK_BYTES / 8);

  function* encode({ data, numRows }: RecordBatch): Generator<Uint8Array, void, void> {
    const cells = columns.map(({ cellsOf }, i) => cellsOf(data.children[i] as Data));
    out.length = 0;
    for (let row = 0; row < numRows; row += 1) {
      appendByte(out, OPEN);
      let members = 0;
      for (let c = 0; c < columns.length; c += 1) {
        const start = out.length;
        if (members > 0) appendByte(out, COMMA);
        const { name } = columns[c] as (typeof columns)[number];
        reserve(out, name.length);
        out.bytes.set(name, out.length);
        out.length += name.length;
        members += 1;
        if (cells[c]?.(row, out)) continue;
        if (!omitNulls) appendAscii(out, 'null');
        else {
          out.length = start;
          members -= 1;
        }
      }
      appendByte(out, CLOSE);
      appendByte(out, LF);
      if (out.length >= CHUNK_BYTES) {
        yield out.bytes.subarray(0, out.length);
        out.length = 0;
      }
    }
    if (out.length > 0) yield out.bytes.subarray(0, out.length);
  }

  return { begin: () => [], encode, end: () => [] };
}

const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const LF = 10;
