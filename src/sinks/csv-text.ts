import { appendByte, type ByteBuffer, reserve } from './byte-buffer.js';

/** Appends a field of UTF-8 bytes to a CSV record. */
export type TextAppender = (out: ByteBuffer, source: Uint8Array, begin: number, end: number) => void;

const QUOTE = 34;
const SPACE = 32;

/**
 * The appender of text for a delimiter (RFC 4180): in quotes, inner quotes doubled, when the text is empty, holds the
 * delimiter, a quote, CR or LF, or begins or ends with a space; as it is otherwise.
 */
export function textAppender(delimiter: number): TextAppender {
  const special = new Uint8Array(256);
  for (const code of [QUOTE, 10, 13, delimiter]) special[code] = 1;
  return (out, source, begin, end) => {
    reserve(out, end - begin + 2);
    const { bytes } = out;
    let { length } = out;
    let plain = begin < end && source[begin] !== SPACE && source[end - 1] !== SPACE;
    for (let i = begin; plain && i < end; i += 1, length += 1) {
      const byte = source[i] as number;
      if (special[byte] === 1) plain = false;
      else bytes[length] = byte;
    }
    if (plain) out.length = length;
    else appendQuoted(out, source, begin, end);
  };
}

/** Appends text in quotes, inner ones doubled, whatever it is. */
export function appendQuoted(out: ByteBuffer, source: Uint8Array, begin: number, end: number): void {
  reserve(out, 2 * (end - begin) + 2);
  const { bytes } = out;
  appendByte(out, QUOTE);
  let { length } = out;
  for (let i = begin; i < end; i += 1) {
    const byte = source[i] as number;
    if (byte === QUOTE) {
      bytes[length] = QUOTE;
      length += 1;
    }
    bytes[length] = byte;
    length += 1;
  }
  out.length = length;
  appendByte(out, QUOTE);
}
