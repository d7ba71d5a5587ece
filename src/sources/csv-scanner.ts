import { counted } from '../counted.js';
import { InputError } from '../errors.js';
import { CR, csvDialect, LF } from './csv-dialect.js';
import { csvHeader } from './csv-header.js';
import { type CsvRecordReader, createCsvRecordReader } from './csv-record-reader.js';
import { type CsvRecords, createRecordPlaces } from './csv-records.js';
import { createCsvText } from './csv-text.js';
import { takePlainRecords } from './take-plain-records.js';
import { NULL_END, textOf } from './text-fields.js';

/** How a CSV text is to be read. */
export interface CsvScannerOptions {
  /** One character. */
  readonly delimiter: string;
  /** Unquoted fields that stand for null. */
  readonly nullValues: readonly string[];
  /** Records in a group. */
  readonly groupRows: number;
  /** The name of the input in errors. */
  readonly source: string;
}

/** Reads CSV text piece by piece. */
export interface CsvScanner {
  /** The names of the columns, undefined until the header was read. */
  readonly header: readonly string[] | undefined;
  /** Takes the next piece, UTF-8 in whole characters, and gives the groups of records it completes; after the `last` piece also the smaller rest. */
  scan(piece: Uint8Array, last: boolean): CsvRecords[];
}

/** Bytes: what is longer is a quote that never ends, and must not fill the memory. */
const LONGEST_RECORD = 2 ** 25;
/** Bytes: a group's places are 32-bit integers. */
const LONGEST_GROUP = 2 ** 31 - 1;

/**
 * A strict reader of RFC 4180: fields in double quotes may hold delimiters, line ends and doubled quotes; lines end in LF, CRLF or CR.
 *
 * Blank lines at the end are passed over; before other records they are nulls in a file of one column, as `""` is there too, and an
 * error in others.
 * Throws an InputError with the line for a ragged record, a misplaced or unclosed quote, and a header that is missing, blank or
 * has repeated names or more than one that is empty. Pieces may be cut between any two characters. No string is made of a field: groups hold its place among the
 * bytes read. Memory: one record and the groups that are in use. A library was measured first:
 * csv-parse tells quoted empty fields from nulls only through its `cast` function, at less than a fiftieth of the speed.
 */
export function createCsvScanner({ delimiter, nullValues, groupRows, source }: CsvScannerOptions): CsvScanner {
  const dialect = csvDialect(delimiter, nullValues);
  const text = createCsvText(source);
  // Of names none is a null.
  let record = createCsvRecordReader({ ...dialect, longestNull: -1 });
  let header: readonly string[] | undefined;
  /** Bytes of an incomplete record that are not worth another look. */
  let retryLength = 0;
  /** Blank lines before the next record. */
  let blanks = 0;
  /** The group that records are added to, of no columns before the header. */
  let group = createRecordPlaces(0, groupRows);
  let groups: CsvRecords[] = [];

  return {
    get header() {
      return header;
    },
    scan(piece, last) {
      groups = [];
      if (text.filled - text.groupStart + piece.length > LONGEST_GROUP) {
        throw fail(
          text.line,
          `Expected less than 2 GiB of text in a batch, got more: lower \`batchRows\` (${groupRows})`,
        );
      }
      text.take(piece);
      const from = text.start;
      if (last || text.filled - from >= retryLength) scanRecords(last);
      const rest = text.filled - text.start;
      // A record longer than a piece is tried again when twice as much is there: linear time in all.
      if (text.start > from) retryLength = 0;
      else if (rest >= retryLength) retryLength = 2 * rest;
      if (rest > LONGEST_RECORD) {
        const problem = record.openQuote < 0 ? '' : ': is the quote opened here never closed?';
        const at = text.start + Math.max(0, record.openQuote);
        throw text.errorAt(at, `Expected at most ${LONGEST_RECORD} bytes in a record, got more${problem}`);
      }
      if (last) {
        if (header === undefined) throw new InputError('Expected a header line, got an empty input', { source });
        if (group.rows > 0) endGroup();
      }
      return groups;
    },
  };

  /** Takes every whole record from the text's `start` on, which is then where the first incomplete one begins. */
  function scanRecords(last: boolean): void {
    const { filled } = text;
    while (text.start < filled) {
      if (header !== undefined && blanks === 0 && dialect.separator.length === 1)
        takePlainRecords(text, group, dialect);
      if (group.isFull) endGroup();
      if (text.start === filled) break;
      const end = record.read(text, last);
      if (end < 0) break;
      const next = nextRecord(end, last);
      if (next < 0) break;
      const lines = record.embeddedLines ? text.lineEnds(text.start, next) : 1;
      if (text.start === end) blanks += 1;
      else takeRecord(next);
      text.line += lines;
      text.start = next;
      if (group.isFull) endGroup();
    }
  }

  /** Where the record behind the line end at `end` begins, or -1 when more text is needed to know. */
  function nextRecord(end: number, last: boolean): number {
    const { bytes, filled } = text;
    if (end === filled) return end;
    const next = end + 1;
    if (bytes[end] !== CR) return next;
    if (next === filled) return last ? next : -1;
    return bytes[next] === LF ? next + 1 : next;
  }

  /** The record that was read last; the next one begins at `next`. */
  function takeRecord(next: number): void {
    record.undouble(text.bytes);
    const { fieldCount, starts, ends } = record;
    if (header === undefined) {
      takeHeader();
      text.groupStart = next;
      return;
    }
    if (blanks > 0 && header.length > 1)
      throw fail(text.line - blanks, `Expected ${counted(header.length, 'field')}, got a blank line`);
    if (fieldCount !== header.length) throw fail(text.line, ragged(header, fieldCount));
    if (blanks > 0) takeBlanks();
    // A writer cannot leave a null of a single column empty without making a blank line: `toCsv` writes it `""`.
    if (fieldCount === 1 && starts[0] === ends[0] && dialect.emptyIsNull) ends[0] = NULL_END;
    append(record, text.line);
  }

  function takeHeader(): void {
    if (blanks > 0) throw fail(1, 'Expected a header, got a blank line');
    const { fieldCount, starts, ends } = record;
    const names = Array.from({ length: fieldCount }, (_, i) =>
      textOf(text.bytes, starts[i] as number, ends[i] as number),
    );
    header = csvHeader(names, { source, line: text.line });
    group = createRecordPlaces(names.length, groupRows);
    record = createCsvRecordReader(dialect);
  }

  /** The blank lines before a record, of a file of one column. */
  function takeBlanks(): void {
    const blank = { starts: [text.start], ends: [dialect.emptyIsNull ? NULL_END : text.start] };
    for (; blanks > 0; blanks -= 1) {
      append(blank, text.line - blanks);
      if (group.isFull) endGroup();
    }
  }

  /** Adds a record, its fields being where `starts` and `ends` say, to the group. */
  function append({ starts, ends }: Pick<CsvRecordReader, 'starts' | 'ends'>, line: number): void {
    group.makeRoom();
    const { bounds, rows, columns } = group;
    for (let c = 0, at = rows * columns * 2; c < columns; c += 1, at += 2) {
      const end = ends[c] as number;
      bounds[at] = (starts[c] as number) - text.groupStart;
      bounds[at + 1] = end === NULL_END ? NULL_END : end - text.groupStart;
    }
    group.add(line);
  }

  function endGroup(): void {
    groups.push(group.end(text.bytes.subarray(text.groupStart, text.filled), text.start - text.groupStart));
    text.groupStart = text.start;
  }

  function fail(line: number, message: string): InputError {
    return new InputError(message, { source, line });
  }
}

function ragged(header: readonly string[], found: number): string {
  const [other] = header.length === 1 ? (/[;\t|]/.exec(header[0] ?? '') ?? []) : [];
  const hint = other === undefined ? '' : `: is \`delimiter\` ${JSON.stringify(other)}?`;
  return `Expected ${counted(header.length, 'field')}, got ${found}${hint}`;
}
