import type { Readable, Writable } from 'node:stream';

/** What a command sees of the process it runs in. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal;
  /**
   * Does work that leaves the event loop no turn for seconds, in which `signal` could not be heard of: meanwhile being told to end
   * ends the process at once. For work that leaves nothing half-written behind.
   */
  endingAtOnce<T>(work: () => Promise<T>): Promise<T>;
  /** Bytes of memory that the process holds at the moment. */
  residentBytes(): number;
}
