import type { Writable } from 'node:stream';
import type { Output } from './output.js';

/** How `streamOutput` treats its stream. */
export interface StreamOutputOptions {
  readonly name: string;
  /** Ends the stream at the end, and destroys it when discarded. */
  readonly end: boolean;
  /** Whether the stream may keep chunks beyond the callback of their write, as one that others read does: it gets copies. */
  readonly keeps: boolean;
  /** Called when the stream fails or is closed between writes. */
  readonly onFailure: (error: Error) => void;
}

/**
 * A Node stream as an output: each write waits for the stream's callback. Errors are the stream's own (`EPIPE`).
 *
 * Its listeners are removed when it is done with; after a failure, or while a last write is under way, not before the
 * error event that may still come. A stream that is not to be ended is left open whatever happens.
 */
export function streamOutput(stream: Writable, { name, end, keeps, onFailure }: StreamOutputOptions): Output {
  if (stream.destroyed || stream.writableEnded)
    throw new TypeError(`Expected ${name} to be open, got one that was ended or destroyed`);
  let writing = false;
  let failed = false;
  let done = false;
  const onError = (error: Error) => {
    failed = true;
    onFailure(error);
  };
  const onClose = () => {
    if (!done) onError(new Error(`Expected ${name} to stay open, but it was closed`));
    detach();
  };
  const detach = () => stream.off('error', onError).off('close', onClose);
  stream.on('error', onError).on('close', onClose);
  return {
    name,
    write: (chunk) =>
      new Promise<void>((resolve, reject) => {
        writing = true;
        stream.write(keeps ? Buffer.from(chunk) : chunk, (error) => {
          writing = false;
          if (error) {
            failed = true;
            reject(error);
            return;
          }
          if (done) detach();
          resolve();
        });
      }),
    finish: () =>
      new Promise<void>((resolve, reject) => {
        // Settled in the callback itself: the stream's 'close' may come before anyone who awaits this promise.
        const settle = (error?: Error | null) => {
          if (error) {
            failed = true;
            reject(error);
            return;
          }
          done = true;
          detach();
          resolve();
        };
        // Called at 'finish', or with the error that prevents it; Node's types leave the argument out.
        if (end) stream.end(settle);
        else settle();
      }),
    discard() {
      if (done) return;
      done = true;
      if (end) stream.destroy();
      else if (!writing && !failed) detach();
    },
  };
}
