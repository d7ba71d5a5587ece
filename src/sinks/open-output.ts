import process from 'node:process';
import { fileOutput } from './file-output.js';
import type { LocalTarget, Output } from './output.js';
import { streamOutput } from './stream-output.js';

const STANDARD: ReadonlyMap<unknown, string> = new Map([
  [1, 'standard output'],
  [2, 'standard error'],
]);

/**
 * Opens a target. `end` says whether a stream is ended at the end, by default unless it is standard output or error.
 * `onFailure` hears of failures that happen between writes. Throws when the target cannot be written.
 */
export function openOutput(target: LocalTarget, onFailure: (error: Error) => void, end?: boolean): Output {
  if (typeof target === 'string' && target !== '-') return fileOutput(target);
  const stream = typeof target === 'string' ? process.stdout : target;
  const name = (typeof stream === 'object' && 'fd' in stream && STANDARD.get(stream.fd)) || 'stream';
  const isOther = name === 'stream';
  return streamOutput(stream, { name, end: end ?? isOther, keeps: isOther, onFailure });
}
