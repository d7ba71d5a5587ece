import type { Readable, Writable } from 'node:stream';

/** What a command sees of the process it runs in. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal;
  /** Bytes of memory that the process holds at the moment. */
  residentBytes(): number;
}
