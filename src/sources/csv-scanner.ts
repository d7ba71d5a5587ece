import { InputError } from '../errors.js';

/** Some records of a CSV text, column by column. */
export interface CsvRecords {
  /** `columns[c][r]`: the text of a field, null where it is an unquoted null value. */
  readonly columns: readonly (readonly (string | null)[])[];
  /** The line at which each record begins, the header's being 1. */
  readonly lines: readonly number[];
}

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
  /** Takes the next piece of text and gives the groups of records it completes; after the `last` piece also the smaller rest. */
  scan(text: string, last: boolean): CsvRecords[];
}

const QUOTE = 34;
const LF = 10;
const CR = 13;
/** Characters: what is longer is a quote that never ends, and must not fill the memory. */
const LONGEST_RECORD = 2 ** 25;

/**
 * A strict reader of RFC 4180: fields in double quotes may hold delimiters, line ends and doubled quotes; lines end in LF, CRLF or CR.
 *
 * Blank lines at the end are passed over; before other records they are nulls in a file of one column, as `""` is there too, and an
 * error in others.
 * Throws an InputError with the line for a ragged record, a misplaced or unclosed quote, and a header that is missing, blank or
 * has repeated names; one name may be empty. Pieces may be cut anywhere. Memory: one record and one group. A library was measured first:
 * csv-parse tells quoted empty fields from nulls only through its `cast` function, at a fifteenth of the speed.
 */
export function createCsvScanner({ delimiter, nullValues, groupRows, source }: CsvScannerOptions): CsvScanner {
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    const found = JSON.stringify(delimiter);
    throw new RangeError(`Expected the delimiter to be one character other than a quote or line end, got ${found}`);
  }
  const separator = delimiter.charCodeAt(0);
  const nulls = new Set(nullValues);
  const longestNull = Math.max(-1, ...nullValues.map((value) => value.length));
  let header: string[] | undefined;
  let rest = '';
  let retryLength = 0;
  let line = 1;
  let blanks = 0;
  let columns: (string | null)[][] = [];
  let lines: number[] = [];
  let groups: CsvRecords[] = [];
  // What `scanFields` found in the record it read last.
  const fields: (string | null)[] = [];
  let fieldCount = 0;
  let embeddedLines = false;
  let openQuote = -1;

  return {
    get header() {
      return header;
    },
    scan(piece, last) {
      groups = [];
      const text = rest + piece;
      let start = 0;
      if (last || text.length >= retryLength) start = scanRecords(text, last);
      rest = text.slice(start);
      // A record longer than a piece is tried again when twice as much is there: linear time in all.
      if (start > 0) retryLength = 0;
      else if (text.length >= retryLength) retryLength = text.length * 2;
      if (rest.length > LONGEST_RECORD) {
        const [problem, at] = openQuote < 0 ? ['', 0] : [': is the quote opened here never closed?', openQuote];
        throw fail(
          `Expected at most ${LONGEST_RECORD} characters in a record, got more${problem}`,
          lineAt(text, start, at),
        );
      }
      if (last) {
        if (header === undefined) throw new InputError('Expected a header line, got an empty input', { source });
        if (lines.length > 0) endGroup();
      }
      return groups;
    },
  };

  /** Takes every whole record in `text`; where the first incomplete one begins. */
  function scanRecords(text: string, last: boolean): number {
    let start = 0;
    while (start < text.length) {
      const end = scanFields(text, start, last);
      if (end < 0) break;
      let next = end + 1;
      if (text.charCodeAt(end) === CR) {
        if (next === text.length && !last) break;
        if (text.charCodeAt(next) === LF) next += 1;
      }
      if (start === end) blanks += 1;
      else takeRecord();
      line += embeddedLines ? lineEnds(text.slice(start, next)) : 1;
      start = Math.min(next, text.length);
    }
    return start;
  }

  /** Reads the fields of the record at `start`; where its line end is (or the end of the text), or -1 when more text is needed. */
  function scanFields(text: string, start: number, last: boolean): number {
    fieldCount = 0;
    embeddedLines = false;
    openQuote = -1;
    for (let at = start; ; at += 1) {
      let end = at;
      if (text.charCodeAt(at) === QUOTE) {
        end = closingQuote(text, at);
        if (end < 0 || (end + 1 === text.length && !last)) {
          openQuote = at;
          if (!last) return -1;
          throw fail('Expected the quote opened here to be closed, got the end of the input', lineAt(text, start, at));
        }
        const value = text.slice(at + 1, end);
        fields[fieldCount++] = value.includes('"') ? value.replaceAll('""', '"') : value;
        embeddedLines ||= value.includes('\n') || value.includes('\r');
        end += 1;
        const code = text.charCodeAt(end);
        if (end < text.length && code !== separator && code !== LF && code !== CR) {
          const found = JSON.stringify(text.charAt(end));
          throw fail(
            `Expected a delimiter or a line end after a closing quote, got ${found}`,
            lineAt(text, start, end),
          );
        }
      } else {
        for (; end < text.length; end += 1) {
          const code = text.charCodeAt(end);
          if (code === separator || code === LF || code === CR) break;
          if (code === QUOTE) {
            throw fail('Expected a field with a quote in it to be quoted as a whole', lineAt(text, start, end));
          }
        }
        const value = text.slice(at, end);
        fields[fieldCount++] = value.length <= longestNull && header !== undefined && nulls.has(value) ? null : value;
      }
      if (end === text.length) return last ? end : -1;
      if (text.charCodeAt(end) !== separator) return end;
      at = end;
    }
  }

  function takeRecord(): void {
    if (header === undefined) {
      takeHeader();
      return;
    }
    if (blanks > 0 && header.length > 1)
      throw fail(`Expected ${header.length} fields, got a blank line`, line - blanks);
    for (; blanks > 0; blanks -= 1) append([nulls.has('') ? null : ''], line - blanks);
    if (fieldCount !== header.length) throw fail(ragged(header, fieldCount), line);
    // A writer cannot leave a null of a single column empty without making a blank line: `toCsv` writes it `""`.
    if (fieldCount === 1 && fields[0] === '' && nulls.has('')) fields[0] = null;
    append(fields, line);
  }

  function takeHeader(): void {
    if (blanks > 0) throw fail('Expected a header, got a blank line', 1);
    const names = fields.slice(0, fieldCount).map((name) => name ?? '');
    // One: the row names that pandas and R write.
    const unnamed = names.indexOf('', names.indexOf('') + 1);
    if (unnamed > names.indexOf(''))
      throw fail(`Expected every column but one to have a name, got none for column ${unnamed + 1} too`, line);
    const repeated = names.find((name, i) => names.indexOf(name) < i);
    if (repeated !== undefined) throw fail(`Expected different names for all columns, got \`${repeated}\` twice`, line);
    header = names;
    columns = names.map(() => []);
  }

  function append(values: readonly (string | null)[], line: number): void {
    for (let c = 0; c < columns.length; c += 1) (columns[c] as (string | null)[]).push(values[c] as string | null);
    lines.push(line);
    if (lines.length === groupRows) endGroup();
  }

  function endGroup(): void {
    groups.push({ columns, lines });
    columns = columns.map(() => []);
    lines = [];
  }

  function lineAt(text: string, start: number, at: number): number {
    return line + lineEnds(text.slice(start, at));
  }

  function fail(message: string, line: number): InputError {
    return new InputError(message, { source, line });
  }
}

function closingQuote(text: string, opening: number): number {
  for (let from = opening + 1; ; ) {
    const at = text.indexOf('"', from);
    if (at < 0 || text.charCodeAt(at + 1) !== QUOTE) return at;
    from = at + 2;
  }
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function ragged(header: readonly string[], found: number): string {
  const [other] = header.length === 1 ? (/[;\t|]/.exec(header[0] ?? '') ?? []) : [];
  const hint = other === undefined ? '' : `: is \`delimiter\` ${JSON.stringify(other)}?`;
  return `Expected ${header.length} ${header.length === 1 ? 'field' : 'fields'}, got ${found}${hint}`;
}
