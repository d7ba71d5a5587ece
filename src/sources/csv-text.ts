import { InputError } from '../errors.js';
import { CR, LF } from './csv-dialect.js';

/** The part of a CSV text that is still of use, and how far it was read. */
export interface CsvText {
  /** Whole records that no group has yet from `groupStart` on, the next one from `start` on, and room behind `filled`. */
  readonly bytes: Uint8Array;
  groupStart: number;
  start: number;
  readonly filled: number;
  /** The line at `start`, from 1. */
  line: number;
  /** Adds a piece; bytes that were given away stay as they are. */
  take(piece: Uint8Array): void;
  /** How many lines end from one place to another. */
  lineEnds(from: number, end: number): number;
  /** What is wrong at a place in the record at `start`. */
  errorAt(at: number, message: string): InputError;
}

/** Bytes of a buffer at least. */
const LEAST_CAPACITY = 2 ** 20;

/** A text of which nothing has come yet; `source` is its name in errors. */
export function createCsvText(source: string): CsvText {
  const text = {
    bytes: new Uint8Array(0),
    groupStart: 0,
    start: 0,
    filled: 0,
    line: 1,
    take(piece: Uint8Array): void {
      if (text.filled + piece.length > text.bytes.length) {
        const pending = text.bytes.subarray(text.groupStart, text.filled);
        text.bytes = new Uint8Array(Math.max(LEAST_CAPACITY, 2 * (pending.length + piece.length)));
        text.bytes.set(pending);
        text.start -= text.groupStart;
        text.filled -= text.groupStart;
        text.groupStart = 0;
      }
      text.bytes.set(piece, text.filled);
      text.filled += piece.length;
    },
    lineEnds(from: number, end: number): number {
      const { bytes } = text;
      let found = 0;
      for (let at = from; at < end; at += 1) {
        if (bytes[at] === LF || (bytes[at] === CR && !(bytes[at + 1] === LF && at + 1 < end))) found += 1;
      }
      return found;
    },
    errorAt: (at: number, message: string): InputError =>
      new InputError(message, { source, line: text.line + text.lineEnds(text.start, at) }),
  };
  return text;
}
