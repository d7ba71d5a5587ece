import { Decompress } from 'fzstd';

/** Bytes of a window that zstd itself takes without being told to. */
const MOST_WINDOW = 2 ** 27;

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
    if (windowBytes(frames) > Math.max(MOST_WINDOW, output.length))
      throw new SyntaxError('a frame with too large a window');
    decoder.push(frames, true);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw cause;
    const ended = cause instanceof Error && cause.message === 'unexpected EOF';
    throw new SyntaxError(ended ? 'a frame that is cut off' : 'a frame that cannot be read', { cause });
  }
  if (to !== output.length) throw new SyntaxError(`${to} bytes`);
}

/** The memory that a frame's header asks for, which the decoder takes unseen. Source: RFC 8878, section 3.1.1.1. */
function windowBytes(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const flags = view.getUint8(4);
  const isSingleSegment = (flags & 0x20) !== 0;
  if (!isSingleSegment) return 2 ** (10 + (view.getUint8(5) >> 3)) * (1 + (view.getUint8(5) & 7) / 8);
  const at = 5 + ([0, 1, 2, 4][flags & 3] ?? 0);
  const sizes = [() => view.getUint8(at), () => view.getUint16(at, true) + 256, () => view.getUint32(at, true)];
  return sizes[flags >> 6]?.() ?? Number(view.getBigUint64(at, true));
}
