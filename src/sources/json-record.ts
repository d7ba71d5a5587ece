/** A value in a record: what JSON has, integers beyond ±(2^53 - 1) as bigint. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonRecord;

/** An object of JSON. */
export interface JsonRecord {
  readonly [name: string]: JsonValue;
}

/**
 * Reads a text as JSON, integers exactly. A SyntaxError where it is none, and where a number is too large for a float64; of
 * names that occur twice in an object, the last one counts.
 */
export function parseJson(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  // Judged above, so that what follows only has to tell strings from numbers.
  if (!LONG_NUMBER.test(text)) return value;
  const exact = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"')) return token;
    const number = Number(token);
    if (!Number.isFinite(number)) throw new SyntaxError(`Number ${token} is too large`);
    return !/^-?\d+$/.test(token) || Number.isSafeInteger(number) ? token : `"${MARK_ESCAPED}${token}"`;
  });
  return JSON.parse(exact, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as JsonValue;
}

/** The JSON of a value without blanks, the inverse of `parseJson`. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.entries(value as JsonRecord);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(',')}}`;
}

const LONG_NUMBER = /\d{16}|\d[eE]\+?\d{3}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Begins the strings that stand for integers. */
const MARK = '\u0000integer:';
const MARK_ESCAPED = '\\u0000integer:';
