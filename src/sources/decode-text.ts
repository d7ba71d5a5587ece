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
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const wide = decoder.encoding.startsWith('utf-16');
  let line = 1;
  let first = true;
  let midCharacter = false;
  const decode = (chunk?: Uint8Array) => {
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
    // Strings of one byte a character take half the memory, and a third of the time to make.
    const ascii = decoder.encoding === 'utf-8' && !midCharacter && isAscii(chunk);
    let text = ascii ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1') : decode(chunk);
    midCharacter = (chunk[chunk.length - 1] ?? 0) >= 0x80;
    if (first && text !== '') {
      first = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    yield text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line += 1;
  }
  const rest = decode();
  if (rest !== '') yield rest;
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
