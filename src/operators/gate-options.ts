import type { RecordBatch } from 'apache-arrow';
import { Observable, type TeardownLogic } from 'rxjs';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import { randomKey } from '../random.js';
import { COPIED, type GuardRule, PASSED } from '../report/guard.js';
import { type ReportInput, requireInput } from '../report/report-input.js';
import type { OptionNames } from '../require-options.js';
import { fromAsync, toAsyncIterable } from './flow.js';

/** What a gate compares records with, and how near is too near. */
export interface GateOptions {
  /** The training records, read once, before any other: an Observable or (async) iterable of batches; not one that shares the source of the stream. */
  readonly reference: ReportInput;
  /**
   * Real records the model has not seen, by which `minShare` is measured; without, records of the reference among the others.
   * A RangeError where more of them are records of the reference than chance would make.
   */
  readonly holdout?: ReportInput;
  /** A record nearer than this is refused; in columns that differ wholly, 0 or more. */
  readonly minDistance?: number;
  /** The distance is taken below which this share of fresh real records lie at most; in [0, 0.5], default 0.05. */
  readonly minShare?: number;
  /** Seed of the choice of 5,000 fresh records where there are more; default 0. */
  readonly seed?: number;
  /** Rows of the reference at most, beyond which it is a RangeError; default 1,000,000. Memory: about 40 bytes a value. */
  readonly maxReferenceRows?: number;
  /** Told at the end of the stream what came to pass. */
  readonly onSummary?: (summary: GateSummary) => void;
}

/** The names of a gate's options. */
export const GATE_OPTIONS: OptionNames<GateOptions> = {
  reference: true,
  holdout: true,
  minDistance: 'number',
  minShare: 'number',
  seed: 'number',
  maxReferenceRows: 'number',
  onSummary: 'function',
};

/** What a gate did. */
export interface GateSummary {
  /** Records that came out. */
  readonly kept: number;
  /** Records that did not. */
  readonly dropped: number;
  /** Records that came out in place of refused ones. */
  readonly redrawn: number;
  /** Records and redraws that were refused. */
  readonly refused: number;
  /** Of them those that equal a training record that occurs once. */
  readonly copies: number;
  /** The bound, given or measured. */
  readonly minDistance: number;
  /** Share of fresh real records that it refuses: a model that copies nothing has about as many refused. */
  readonly freshShare: number;
  /** Rows of the reference. */
  readonly referenceRows: number;
  /** How many of them occur once. */
  readonly guarded: number;
}

/** A gate with its tally. */
export interface CountingGate {
  /** See `Gate`. */
  requireValues(batch: RecordBatch): void;
  /** Which records pass, by their row. */
  passing(batch: RecordBatch): Promise<Uint8Array>;
  /** Tells `onSummary`. */
  finish(counts: Pick<GateSummary, 'kept' | 'dropped' | 'redrawn'>): void;
  close(): Promise<void>;
}

/** Throws what is wrong with options: RangeError for numbers out of bounds, TypeError for both bounds at once and for tables that are none. */
export function requireGateOptions(options: GateOptions): void {
  const { minDistance, minShare, maxReferenceRows, reference, holdout, seed = 0 } = options;
  requireInput('the reference', reference);
  if (holdout !== undefined) requireInput('the holdout', holdout);
  randomKey(seed);
  if (minDistance !== undefined && minShare !== undefined) {
    throw new TypeError('Expected minDistance or minShare, got both');
  }
  if (minDistance !== undefined && !(minDistance >= 0 && Number.isFinite(minDistance))) {
    throw new RangeError(`Expected minDistance to be a number of at least 0, got ${minDistance}`);
  }
  if (minShare !== undefined && !(minShare >= 0 && minShare <= 0.5)) {
    throw new RangeError(`Expected minShare in [0, 0.5], got ${minShare}`);
  }
  if (maxReferenceRows !== undefined && !(Number.isSafeInteger(maxReferenceRows) && maxReferenceRows >= 1)) {
    throw new RangeError(`Expected maxReferenceRows to be a whole number of at least 1, got ${maxReferenceRows}`);
  }
}

/** Opens the gate that options describe, over some columns or all; `signal` ends whatever it does. */
export async function openCountingGate(
  options: GateOptions,
  columns: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<CountingGate> {
  const { minDistance, minShare = 0.05, holdout, onSummary } = options;
  const rule: GuardRule = minDistance === undefined ? { minShare } : { minDistance };
  const { openGate } = await import('../report/open-gate.js');
  const gate = await openGate({
    reference: readable(options.reference, signal),
    ...(holdout !== undefined && { holdout: readable(holdout, signal) }),
    rule,
    ...(columns !== undefined && { columns }),
    seed: options.seed ?? 0,
    maxReferenceRows: options.maxReferenceRows ?? 1_000_000,
    signal,
  });
  let [refused, copies] = [0, 0];
  return {
    requireValues: gate.requireValues,
    async passing(batch) {
      const passing = new Uint8Array(batch.numRows);
      let row = 0;
      for await (const slice of slicesInTurns(batch, SLICE_ROWS)) {
        for (const verdict of await gate.judge(slice)) {
          if (verdict !== PASSED) refused += 1;
          if (verdict === COPIED) copies += 1;
          passing[row++] = Number(verdict === PASSED);
        }
      }
      return passing;
    },
    finish(counts) {
      const { referenceRows, guarded, freshShare } = gate;
      onSummary?.({ ...counts, refused, copies, minDistance: gate.minDistance, freshShare, referenceRows, guarded });
    },
    close: gate.close,
  };
}

/** A table that an abort ends even while it waits, and that comes no faster than it is read. */
async function* readable(input: ReportInput, signal: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
  const batches =
    'subscribe' in input
      ? new Observable<RecordBatch>((subscriber) => input.subscribe(subscriber) as TeardownLogic)
      : fromAsync(async function* () {
          yield* input;
        });
  for await (const batch of toAsyncIterable(batches, signal)) {
    yield* slicesInTurns(batch, SLICE_ROWS);
  }
}

/** Rows that are read at a time: a millisecond or two of work. */
const SLICE_ROWS = 512;
