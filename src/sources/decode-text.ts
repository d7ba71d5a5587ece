import { isAscii } from 'node:buffer';
import { InputError } from '../errors.js';

/**
 * The text of a stream of bytes in `encoding` (a label that TextDecoder knows; a RangeError otherwise), without its byte
 * order mark. Bytes that are no text in that encoding are an InputError with their line.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
  source: string,
): AsyncGenerator<string, void, void> {
  for await (const piece of decode(chunks, encoding, source)) {
    // Strings of one byte a character take half the memory, and a third of the time to make.
    yield typeof piece === 'string'
      ? piece
      : Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');
  }
}

/** As `decodeText`, the text as UTF-8 in whole characters: a check alone where the stream is ASCII. */
export async function* decodeToUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
  source: string,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of decode(chunks, encoding, source))
    yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

/** Text, or the bytes of a piece that is ASCII. */
async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
  source: string,
): AsyncGenerator<string | Uint8Array, void, void> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const wide = decoder.encoding.startsWith('utf-16');
  let line = 1;
  let first = true;
  let midCharacter = false;
  const decodeChunk = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      const position = wide
        ? { source }
        : { source, line: line + (chunk === undefined ? 0 : badLine(chunk, encoding)) };
      throw new InputError(`Expected text in ${decoder.encoding}, got other bytes: give \`encoding\``, position, {
        cause,
      });
    }
  };
  for await (const chunk of chunks) {
    const ascii = decoder.encoding === 'utf-8' && !midCharacter && isAscii(chunk);
    let text = ascii ? undefined : decodeChunk(chunk);
    midCharacter = (chunk[chunk.length - 1] ?? 0) >= 0x80;
    if (first && (text ?? chunk).length > 0) {
      first = false;
      if (text?.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    yield text ?? chunk;
    line += lineFeeds(text ?? chunk);
  }
  const rest = decodeChunk();
  if (rest !== '') yield rest;
}

function lineFeeds(piece: string | Uint8Array): number {
  const next = (from: number) => (typeof piece === 'string' ? piece.indexOf('\n', from) : piece.indexOf(10, from));
  let found = 0;
  for (let at = next(0); at >= 0; at = next(at + 1)) found += 1;
  return found;
}

/** The first line of a chunk, counted from 0, that is no text. The first one is not judged: it may begin inside a character. */
function badLine(chunk: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 0;
  for (let start = chunk.indexOf(10) + 1; start > 0; ) {
    line += 1;
    const next = chunk.indexOf(10, start) + 1;
    try {
      decoder.decode(chunk.subarray(start, next > 0 ? next : chunk.length), { stream: next === 0 });
    } catch {
      return line;
    }
    start = next;
  }
  return 0;
}
