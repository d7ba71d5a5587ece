import { CR, type CsvDialect, LF, QUOTE } from './csv-dialect.js';
import type { CsvText } from './csv-text.js';
import { NULL_END, textOf } from './text-fields.js';

/** Reads any record of a CSV text, with whatever quotes. */
export interface CsvRecordReader {
  /** Fields of the record read last, and where they begin and end among the bytes; ends of nulls are NULL_END. */
  readonly fieldCount: number;
  readonly starts: number[];
  readonly ends: number[];
  /** Whether fields of it hold line ends. */
  readonly embeddedLines: boolean;
  /** Bytes from the begin of the record to the quote that nothing has closed so far, -1 where there is none. */
  readonly openQuote: number;
  /**
   * Reads the record at the text's `start`: where its line end is (or the end of the text), or -1 when more text is needed.
   * Throws an InputError for a misplaced quote and, in the `last` piece, an unclosed one.
   */
  read(text: CsvText, last: boolean): number;
  /** Takes the first of each two quotes out of its fields, in place. */
  undouble(bytes: Uint8Array): void;
}

/** A reader of records of a dialect. */
export function createCsvRecordReader(dialect: CsvDialect): CsvRecordReader {
  const { separator, ending, longestNull, isNull, isSeparator, endsField } = dialect;
  const single = separator.length === 1;
  const starts: number[] = [];
  const ends: number[] = [];
  /** Fields with doubled quotes in them. */
  const doubled: number[] = [];
  let fieldCount = 0;
  let embeddedLines = false;
  let openQuote = -1;

  return {
    get fieldCount() {
      return fieldCount;
    },
    starts,
    ends,
    get embeddedLines() {
      return embeddedLines;
    },
    get openQuote() {
      return openQuote;
    },
    read(text, last) {
      const { bytes, filled } = text;
      fieldCount = 0;
      if (doubled.length > 0) doubled.length = 0;
      embeddedLines = false;
      openQuote = -1;
      for (let at = text.start; ; ) {
        let end = at;
        if (at < filled && bytes[at] === QUOTE) {
          end = closingQuote(bytes, at, filled);
          if (end === filled || (end + 1 === filled && !last)) {
            openQuote = at - text.start;
            if (!last) return -1;
            throw text.errorAt(at, 'Expected the quote opened here to be closed, got the end of the input');
          }
          starts[fieldCount] = at + 1;
          ends[fieldCount] = end;
          end += 1;
          if (end < filled && bytes[end] !== LF && bytes[end] !== CR && !isSeparator(bytes, end)) {
            const found = JSON.stringify([...textOf(bytes, end, Math.min(end + 4, filled))][0]);
            throw text.errorAt(end, `Expected a delimiter or a line end after a closing quote, got ${found}`);
          }
        } else {
          while (end < filled && (ending[bytes[end] as number] === 0 || !(single || endsField(bytes, end)))) end += 1;
          if (end < filled && bytes[end] === QUOTE)
            throw text.errorAt(end, 'Expected a field with a quote in it to be quoted as a whole');
          starts[fieldCount] = at;
          ends[fieldCount] = end - at <= longestNull && isNull(bytes, at, end) ? NULL_END : end;
        }
        fieldCount += 1;
        if (end === filled) return last ? end : -1;
        if (!isSeparator(bytes, end)) return end;
        at = end + separator.length;
      }
    },
    undouble(bytes) {
      for (const field of doubled) {
        ends[field] = withoutDoubled(bytes, starts[field] as number, ends[field] as number);
      }
    },
  };

  /** Where the quote is that closes the one at `opening`, or `filled`. */
  function closingQuote(bytes: Uint8Array, opening: number, filled: number): number {
    for (let at = opening + 1; at < filled; at += 1) {
      const byte = bytes[at];
      if (byte === LF || byte === CR) embeddedLines = true;
      if (byte !== QUOTE) continue;
      if (at + 1 === filled || bytes[at + 1] !== QUOTE) return at;
      if (doubled.at(-1) !== fieldCount) doubled.push(fieldCount);
      at += 1;
    }
    return filled;
  }
}

/** Takes the first of two quotes out of a field, in place; its new end. */
function withoutDoubled(bytes: Uint8Array, from: number, end: number): number {
  let to = from;
  for (let at = from; at < end; at += 1, to += 1) {
    if (bytes[at] === QUOTE) at += 1;
    bytes[to] = bytes[at] as number;
  }
  return to;
}
