import { InputError } from '../errors.js';
import { csvHeader } from './csv-header.js';
import { type CsvRecords, createRecordPlaces } from './csv-records.js';
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

const QUOTE = 34;
const LF = 10;
const CR = 13;
/** Bytes: what is longer is a quote that never ends, and must not fill the memory. */
const LONGEST_RECORD = 2 ** 25;
/** Bytes: a group's places are 32-bit integers. */
const LONGEST_GROUP = 2 ** 31 - 1;
/** Bytes of a buffer at least. */
const LEAST_CAPACITY = 2 ** 20;

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
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    const found = JSON.stringify(delimiter);
    throw new RangeError(`Expected the delimiter to be one character other than a quote or line end, got ${found}`);
  }
  const encoder = new TextEncoder();
  const separator = encoder.encode(delimiter);
  const nulls = nullValues.map((value) => encoder.encode(value));
  const emptyIsNull = nullValues.includes('');
  const longestNull = Math.max(-1, ...nulls.map(({ length }) => length));
  /** 1 for bytes that may end an unquoted field. */
  const ending = new Uint8Array(256);
  for (const byte of [QUOTE, LF, CR, separator[0] as number]) ending[byte] = 1;

  let header: readonly string[] | undefined;
  /** The bytes read: whole records that no group has yet from `groupStart` on, the next one from `start` on, and room behind `filled`. */
  let bytes = new Uint8Array(0);
  let [groupStart, start, filled] = [0, 0, 0];
  /** Bytes of an incomplete record that are not worth another look. */
  let retryLength = 0;
  let line = 1;
  let blanks = 0;
  /** The group that records are added to, of no columns before the header. */
  let group = createRecordPlaces(0, groupRows);
  let groups: CsvRecords[] = [];
  // What `scanFields` found in the record it read last; ends of nulls are NULL_END.
  const starts: number[] = [];
  const ends: number[] = [];
  let fieldCount = 0;
  /** Fields with doubled quotes in them. */
  const doubled: number[] = [];
  let embeddedLines = false;
  let openQuote = -1;

  return {
    get header() {
      return header;
    },
    scan(piece, last) {
      groups = [];
      take(piece);
      const from = start;
      if (last || filled - start >= retryLength) scanRecords(last);
      // A record longer than a piece is tried again when twice as much is there: linear time in all.
      if (start > from) retryLength = 0;
      else if (filled - start >= retryLength) retryLength = 2 * (filled - start);
      if (filled - start > LONGEST_RECORD) {
        const [problem, at] = openQuote < 0 ? ['', start] : [': is the quote opened here never closed?', openQuote];
        throw fail(`Expected at most ${LONGEST_RECORD} bytes in a record, got more${problem}`, lineAt(at));
      }
      if (last) {
        if (header === undefined) throw new InputError('Expected a header line, got an empty input', { source });
        if (group.rows > 0) endGroup();
      }
      return groups;
    },
  };

  /** Adds a piece to the bytes; groups that were given away keep what they hold. */
  function take(piece: Uint8Array): void {
    if (filled + piece.length > bytes.length) {
      const pending = bytes.subarray(groupStart, filled);
      if (pending.length + piece.length > LONGEST_GROUP) {
        throw fail(`Expected less than 2 GiB of text in a batch, got more: lower \`batchRows\` (${groupRows})`, line);
      }
      bytes = new Uint8Array(Math.max(LEAST_CAPACITY, 2 * (pending.length + piece.length)));
      bytes.set(pending);
      start -= groupStart;
      openQuote -= groupStart;
      filled -= groupStart;
      groupStart = 0;
    }
    bytes.set(piece, filled);
    filled += piece.length;
  }

  /** Takes every whole record from `start` on, which is then where the first incomplete one begins. */
  function scanRecords(last: boolean): void {
    while (start < filled) {
      takePlainRecords();
      if (group.rows === groupRows) endGroup();
      if (start === filled) break;
      const end = scanFields(last);
      if (end < 0) break;
      let next = end + 1;
      if (bytes[end] === CR && end < filled) {
        if (next === filled && !last) break;
        if (bytes[next] === LF && next < filled) next += 1;
      }
      next = Math.min(next, filled);
      const ended = embeddedLines ? lineEnds(start, next) : 1;
      if (start === end) blanks += 1;
      else takeRecord(next);
      line += ended;
      start = next;
      if (group.rows === groupRows) endGroup();
    }
  }

  /**
   * Takes records from `start` on while they are plain: unquoted fields, as many as there are columns, and a line end. All in
   * one loop without calls; any other record, the last one without a line end and a group's end are left to the others.
   */
  function takePlainRecords(): void {
    if (header === undefined || separator.length > 1 || blanks > 0) return;
    const [text, limit, columns] = [bytes, filled, header.length];
    const [delimiter, ends, origin] = [separator[0], ending, groupStart];
    for (let at = start; group.rows < groupRows; start = at) {
      group.makeRoom();
      const { bounds, rows } = group;
      let place = rows * columns * 2;
      let byte: number | undefined = delimiter;
      for (let field = 0; field < columns; field += 1, place += 2) {
        if (byte !== delimiter) return;
        const from = at;
        while (at < limit && ends[text[at] as number] === 0) at += 1;
        if (at === limit) return;
        byte = text[at] as number;
        bounds[place] = from - origin;
        bounds[place + 1] = at - from <= longestNull && isNull(from, at) ? NULL_END : at - origin;
        at += 1;
      }
      if (at - 1 === start) return;
      if (byte === CR && at < limit && text[at] === LF) at += 1;
      else if (byte !== LF) return;
      group.add(line);
      line += 1;
    }
  }

  /** Reads the fields of the record at `start`; where its line end is (or the end of the text), or -1 when more text is needed. */
  function scanFields(last: boolean): number {
    // What the inner loop reads on and on, out of the closure.
    const [text, limit, single] = [bytes, filled, separator.length === 1];
    fieldCount = 0;
    if (doubled.length > 0) doubled.length = 0;
    embeddedLines = false;
    openQuote = -1;
    for (let at = start; ; ) {
      let end = at;
      if (at < limit && text[at] === QUOTE) {
        end = closingQuote(at);
        if (end === limit || (end + 1 === limit && !last)) {
          openQuote = at;
          if (!last) return -1;
          throw fail('Expected the quote opened here to be closed, got the end of the input', lineAt(at));
        }
        starts[fieldCount] = at + 1;
        ends[fieldCount] = end;
        end += 1;
        if (end < limit && text[end] !== LF && text[end] !== CR && !isSeparator(end)) {
          const found = JSON.stringify([...textOf(text, end, Math.min(end + 4, limit))][0]);
          throw fail(`Expected a delimiter or a line end after a closing quote, got ${found}`, lineAt(end));
        }
      } else {
        while (end < limit && (ending[text[end] as number] === 0 || !(single || endsField(end)))) end += 1;
        if (end < limit && text[end] === QUOTE)
          throw fail('Expected a field with a quote in it to be quoted as a whole', lineAt(end));
        starts[fieldCount] = at;
        ends[fieldCount] = end - at <= longestNull && header !== undefined && isNull(at, end) ? NULL_END : end;
      }
      fieldCount += 1;
      if (end === limit) return last ? end : -1;
      if (!isSeparator(end)) return end;
      at = end + separator.length;
    }
  }

  /** Whether the separator is at `at`, where its first byte may be that of another character. */
  function isSeparator(at: number): boolean {
    if (bytes[at] !== separator[0]) return false;
    for (let i = 1; i < separator.length; i += 1) if (bytes[at + i] !== separator[i]) return false;
    return true;
  }

  /** Whether a byte that may end a field does: one that begins as a separator of several bytes does may not. */
  function endsField(at: number): boolean {
    return bytes[at] !== separator[0] || isSeparator(at);
  }

  /** Where the quote is that closes the one at `opening`, or `filled`. */
  function closingQuote(opening: number): number {
    const [text, limit] = [bytes, filled];
    for (let at = opening + 1; at < limit; at += 1) {
      const byte = text[at];
      if (byte === LF || byte === CR) embeddedLines = true;
      if (byte !== QUOTE) continue;
      if (at + 1 === limit || text[at + 1] !== QUOTE) return at;
      if (doubled.at(-1) !== fieldCount) doubled.push(fieldCount);
      at += 1;
    }
    return filled;
  }

  function isNull(from: number, end: number): boolean {
    return nulls.some((value) => value.length === end - from && value.every((byte, i) => bytes[from + i] === byte));
  }

  /** The record that `scanFields` found; the next one begins at `next`. */
  function takeRecord(next: number): void {
    for (const field of doubled) ends[field] = withoutDoubled(starts[field] as number, ends[field] as number);
    if (header === undefined) {
      takeHeader();
      groupStart = next;
      return;
    }
    if (blanks > 0 && header.length > 1)
      throw fail(`Expected ${header.length} fields, got a blank line`, line - blanks);
    if (fieldCount !== header.length) throw fail(ragged(header, fieldCount), line);
    if (blanks > 0) takeBlanks();
    // A writer cannot leave a null of a single column empty without making a blank line: `toCsv` writes it `""`.
    if (fieldCount === 1 && starts[0] === ends[0] && emptyIsNull) ends[0] = NULL_END;
    append(line);
  }

  /** The blank lines before the record, of a file of one column. */
  function takeBlanks(): void {
    const [from, end] = [starts[0] as number, ends[0] as number];
    [starts[0], ends[0]] = [start, emptyIsNull ? NULL_END : start];
    for (; blanks > 0; blanks -= 1) {
      append(line - blanks);
      if (group.rows === groupRows) endGroup();
    }
    [starts[0], ends[0]] = [from, end];
  }

  /** Takes the first of two quotes out of a field, in place; its new end. */
  function withoutDoubled(from: number, end: number): number {
    let to = from;
    for (let at = from; at < end; at += 1, to += 1) {
      if (bytes[at] === QUOTE) at += 1;
      bytes[to] = bytes[at] as number;
    }
    return to;
  }

  function takeHeader(): void {
    if (blanks > 0) throw fail('Expected a header, got a blank line', 1);
    const names = Array.from({ length: fieldCount }, (_, i) => textOf(bytes, starts[i] as number, ends[i] as number));
    header = csvHeader(names, { source, line });
    group = createRecordPlaces(names.length, groupRows);
  }

  function append(line: number): void {
    group.makeRoom();
    const { bounds, rows } = group;
    const columns = fieldCount;
    for (let c = 0, at = rows * columns * 2; c < columns; c += 1, at += 2) {
      const end = ends[c] as number;
      bounds[at] = (starts[c] as number) - groupStart;
      bounds[at + 1] = end === NULL_END ? NULL_END : end - groupStart;
    }
    group.add(line);
  }

  function endGroup(): void {
    groups.push(group.end(bytes.subarray(groupStart, filled), start - groupStart));
    groupStart = start;
  }

  /** The line of a place in the record at `start`. */
  function lineAt(at: number): number {
    return line + lineEnds(start, at);
  }

  function lineEnds(from: number, end: number): number {
    let found = 0;
    for (let at = from; at < end; at += 1) {
      if (bytes[at] === LF || (bytes[at] === CR && !(bytes[at + 1] === LF && at + 1 < end))) found += 1;
    }
    return found;
  }

  function fail(message: string, line: number): InputError {
    return new InputError(message, { source, line });
  }
}

function ragged(header: readonly string[], found: number): string {
  const [other] = header.length === 1 ? (/[;\t|]/.exec(header[0] ?? '') ?? []) : [];
  const hint = other === undefined ? '' : `: is \`delimiter\` ${JSON.stringify(other)}?`;
  return `Expected ${header.length} ${header.length === 1 ? 'field' : 'fields'}, got ${found}${hint}`;
}
