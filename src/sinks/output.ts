import type { Writable } from 'node:stream';
import type { Schema } from 'apache-arrow';
import { pathOf } from '../path-of.js';
import { valueText } from '../value-text.js';

/** Where a sink writes: a path or its `file:` URL, `-` for standard output, or a Node stream. */
export type SinkTarget = string | URL | Writable;

/** A target, its path where it is a URL. */
export type LocalTarget = Exclude<SinkTarget, URL>;

/** A place for bytes, opened; its writes follow one another. */
export interface Output {
  /** The path, `standard output`, `standard error` or `stream`. */
  readonly name: string;
  /** Hears of the schema before the first write. */
  begin?(schema: Schema | undefined): Promise<void>;
  /** Resolves when the bytes were accepted; `chunk` may be written over afterwards. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when everything was flushed and is in its place. */
  finish(): Promise<void>;
  /** Gives up at once, leaving nothing half-written behind; does nothing once finished. */
  discard(): void;
}

/** A target, its path where it is a URL. A TypeError for what is no target of a sink. */
export function requireTarget(place: SinkTarget): LocalTarget {
  const target = pathOf(place);
  if (typeof target === 'string' ? target !== '' : typeof target?.write === 'function') return target;
  throw new TypeError(`Expected the target to be a path, \`-\` or a writable stream, got ${nameOf(target)}`);
}

function nameOf(target: unknown): string {
  if (target instanceof WritableStream) return 'a WritableStream: `Writable.fromWeb(stream)` is one of Node';
  return valueText(target);
}
