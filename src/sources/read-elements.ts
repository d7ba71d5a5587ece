import { InputError } from '../errors.js';
import type { TextLine } from './read-lines.js';

/** Characters: what is longer is no record, and must not fill the memory. */
const LONGEST_ELEMENT = 2 ** 25;

/**
 * The texts of the elements of a JSON array, each with the line that it begins in; what the elements are is not looked at. An
 * InputError for an array that is not closed or is followed by something, for a missing element, and for endless ones.
 */
export async function* readElements(
  pieces: AsyncIterable<string>,
  source: string,
): AsyncGenerator<TextLine, void, void> {
  let [text, line, begin] = ['', 1, 1];
  let depth = 0;
  let inString = false;
  let escaped = false;
  let [elements, closed] = [0, false];
  const fail = (message: string) => new InputError(message, { source, line });
  const isEmpty = () => text.trim() === '';
  for await (const piece of pieces) {
    let start = 0;
    for (let i = 0; i < piece.length; i += 1) {
      const character = piece[i] as string;
      if (character === '\n') line += 1;
      if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
        continue;
      }
      if (character <= ' ') continue;
      if (closed) throw fail(`Expected the end of the input after the array, got ${character}`);
      if (depth === 0) {
        if (character !== '[') throw fail(`Expected a JSON array, got ${character}`);
        depth = 1;
        start = i + 1;
        begin = 0;
        continue;
      }
      const ends = depth === 1 && (character === ',' || character === ']');
      if (ends) {
        text += piece.slice(start, i);
        start = i + 1;
        closed = character === ']';
        if (!isEmpty()) yield { text, line: begin };
        else if (!closed || elements > 0) throw fail(`Expected an element of the array, got ${character}`);
        [text, begin] = ['', 0];
        elements += 1;
        continue;
      }
      if (begin === 0) begin = line;
      if (character === '"') inString = true;
      else if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') depth -= 1;
    }
    if (!closed) text += piece.slice(start);
    if (text.length > LONGEST_ELEMENT)
      throw fail(`Expected at most ${LONGEST_ELEMENT} characters in a record, got more`);
  }
  if (!closed) throw fail('Expected the array to be closed, got the end of the input');
}
