import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import { csvEncoder } from './csv-encoder.js';
import { textAppender } from './csv-text.js';
import type { SinkTarget } from './output.js';
import { writeBatches } from './write-batches.js';
import { SINK_OPTIONS, type SinkOptions, type Written } from './write-to.js';

/** Options of `toCsv`. */
export interface ToCsvOptions extends SinkOptions {
  /** One character below 128 that occurs in no number or date; default a comma. */
  readonly delimiter?: string;
  /** The end of a line; default `\n`. */
  readonly lineEnd?: '\n' | '\r\n';
  /** Whether the first line has the columns' names; default true. */
  readonly header?: boolean;
}

/**
 * Writes batches as CSV (RFC 4180, UTF-8) to a path, `-` (standard output) or a Node stream, then emits one `Written` and completes.
 *
 * Null is an empty field, or the first text of the field's metadata `rx-augment:null`; the empty string is `""`; text is in quotes only where it has to be. Numbers have their shortest form that reads back the
 * same, or the decimals of the field's metadata `rx-augment:decimals` where these do not round it; booleans the spelling of `rx-augment:boolean`, such
 * as `True/False`; numbers the layout of `rx-augment:number`, such as `$#,##0.00`; dates, times and timestamps the layout of `rx-augment:datetime`, else ISO 8601; lists, structs and maps JSON.
 * In a file of one column, where an empty line would be passed over by most readers, null is written `""` too: there a
 * reader cannot tell it from an empty string. No batch at all writes nothing, a batch of no rows the header.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Errors: a batch with another schema is a
 * SchemaMismatchError, a type that CSV cannot hold (binary, interval, union) a TypeError, a delimiter or line end that is none a
 * RangeError; what the target reports (such as `EPIPE`) is passed on. About 400,000 rows of 15 mixed columns a second.
 */
export function toCsv(target: SinkTarget, options: ToCsvOptions = {}): OperatorFunction<RecordBatch, Written> {
  requireOptions('toCsv()', options, { ...SINK_OPTIONS, delimiter: 'string', lineEnd: true, header: 'boolean' });
  const { delimiter = ',', lineEnd = '\n', header = true } = options;
  if (!/^[^\w"\r\n.:+\-\u0080-\uffff]$/.test(delimiter)) {
    const found = JSON.stringify(delimiter);
    throw new RangeError(
      `Expected the delimiter to be one ASCII character that occurs in no number or date, got ${found}`,
    );
  }
  if (lineEnd !== '\n' && lineEnd !== '\r\n')
    throw new RangeError(`Expected the line end to be "\\n" or "\\r\\n", got ${JSON.stringify(lineEnd)}`);
  const appendText = textAppender(delimiter.charCodeAt(0));
  const layout = { delimiter, lineEnd, header, appendText, loneNull: '""' } as const;
  return writeBatches(target, (schema) => csvEncoder(schema, layout), options);
}
