import { Decompress } from 'fzstd';

/**
 * Fills `output` with what zstd frames hold, one or several. A SyntaxError says what was found in place of exactly so many
 * bytes. Checksums are not looked at, so that some damage shows as wrong values.
 */
export function unpackZstd(frames: Uint8Array, output: Uint8Array): void {
  let to = 0;
  const decoder = new Decompress((piece) => {
    if (to + piece.length > output.length) throw new SyntaxError('more bytes');
    output.set(piece, to);
    to += piece.length;
  });
  try {
    decoder.push(frames, true);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw cause;
    const ended = cause instanceof Error && cause.message === 'unexpected EOF';
    throw new SyntaxError(ended ? 'a frame that is cut off' : 'a frame that cannot be read', { cause });
  }
  if (to !== output.length) throw new SyntaxError(`${to} bytes`);
}
