/** How a CSV text is written, in bytes. */
export interface CsvDialect {
  /** What stands between fields: one character. */
  readonly separator: Uint8Array;
  /** 1 for bytes that may end an unquoted field. */
  readonly ending: Uint8Array;
  /** Whether an empty field without quotes is a null. */
  readonly emptyIsNull: boolean;
  /** Bytes of the longest field that is a null, -1 where none is: what is longer need not be asked about. */
  readonly longestNull: number;
  /** Whether the unquoted field from `from` to `end` is a null. */
  isNull(bytes: Uint8Array, from: number, end: number): boolean;
  /** Whether the separator is at `at`, where its first byte may be that of another character. */
  isSeparator(bytes: Uint8Array, at: number): boolean;
  /** Whether a byte that may end a field does: one that begins as a separator of several bytes does may not. */
  endsField(bytes: Uint8Array, at: number): boolean;
}

export const QUOTE = 34;
export const LF = 10;
export const CR = 13;

/** The dialect of a delimiter, one character (else a RangeError), and of texts that stand for null. */
export function csvDialect(delimiter: string, nullValues: readonly string[]): CsvDialect {
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    const found = JSON.stringify(delimiter);
    throw new RangeError(`Expected the delimiter to be one character other than a quote or line end, got ${found}`);
  }
  const encoder = new TextEncoder();
  const separator = encoder.encode(delimiter);
  const nulls = nullValues.map((value) => encoder.encode(value));
  const ending = new Uint8Array(256);
  for (const byte of [QUOTE, LF, CR, separator[0] as number]) ending[byte] = 1;
  const isSeparator = (bytes: Uint8Array, at: number): boolean => {
    for (let i = 0; i < separator.length; i += 1) if (bytes[at + i] !== separator[i]) return false;
    return true;
  };
  return {
    separator,
    ending,
    emptyIsNull: nullValues.includes(''),
    longestNull: Math.max(-1, ...nulls.map(({ length }) => length)),
    isNull: (bytes, from, end) =>
      nulls.some((value) => value.length === end - from && value.every((byte, i) => bytes[from + i] === byte)),
    isSeparator,
    endsField: (bytes, at) => bytes[at] !== separator[0] || isSeparator(bytes, at),
  };
}
