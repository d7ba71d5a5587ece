import { InputError } from '../errors.js';

/** A line of a text, without its end. */
export interface TextLine {
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

/** Characters: what is longer is no line, and must not fill the memory. */
const LONGEST_LINE = 2 ** 25;

/** The lines of a text that hold more than blanks, ending in LF or CRLF, the last one perhaps in nothing; an InputError for endless ones. */
export async function* readLines(pieces: AsyncIterable<string>, source: string): AsyncGenerator<TextLine, void, void> {
  let rest = '';
  let line = 0;
  for await (const piece of pieces) {
    let start = 0;
    let end = piece.indexOf('\n');
    for (; end >= 0; start = end + 1, end = piece.indexOf('\n', start)) {
      line += 1;
      const text = rest + piece.slice(start, end);
      rest = '';
      if (text.trim() !== '') yield { text, line };
    }
    rest += piece.slice(start);
    if (rest.length > LONGEST_LINE) {
      throw new InputError(`Expected at most ${LONGEST_LINE} characters in a line, got more`, {
        source,
        line: line + 1,
      });
    }
  }
  if (rest.trim() !== '') yield { text: rest, line: line + 1 };
}
