import type { RecordBatch } from 'apache-arrow';
import { defer, mergeAll, type Observable } from 'rxjs';
import type { FittedModel, GateOptions, GateSummary } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { named } from './named.js';
import { countedText, countText } from './number-text.js';
import { type InputFlags, openInput } from './open-input.js';
import type { Reporter } from './reporter.js';
import { UsageError } from './usage-error.js';

/** What the command line says of a gate. */
export interface GateFlags extends Omit<InputFlags, 'file'> {
  /** The folder of the model. */
  readonly model: string;
  /** The table that the model was trained on. */
  readonly gate?: string;
  /** Real records that the model has not seen. */
  readonly holdout?: string;
  readonly minDistance?: number;
  readonly minShare?: number;
  readonly maxReferenceRows?: number;
  readonly seed?: number;
}

/** A gate for a command: its options, and its report at the end; undefined without `--gate`. A UsageError for what would need it. */
export function gateOf(
  flags: GateFlags,
  { codec }: FittedModel,
  io: Io,
): { readonly options: GateOptions; report(reporter: Reporter): void } | undefined {
  const { gate, holdout, minDistance, minShare, maxReferenceRows, seed } = flags;
  if (gate === undefined) {
    const without = Object.entries({ holdout, minDistance, minShare, maxReferenceRows }).find(
      ([, value]) => value !== undefined,
    )?.[0];
    if (without === undefined) return undefined;
    const flag = without.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`Expected --gate FILE with --${flag}, got none`);
  }
  const table = (file: string): Observable<RecordBatch> =>
    defer(async () => {
      const columns = { schema: codec.schema, origin: `the model ${flags.model}` };
      const { batches, name } = await openInput({ ...flags, file }, io, columns);
      return batches.pipe(located(name));
    }).pipe(mergeAll());
  let summary: GateSummary | undefined;
  return {
    options: {
      reference: table(gate),
      ...defined({ holdout: holdout === undefined ? undefined : table(holdout) }),
      ...defined({ minDistance, minShare, maxReferenceRows, seed }),
      onSummary(found) {
        summary = found;
      },
    },
    report(reporter) {
      if (summary !== undefined) reporter.note(textOf(summary), { event: 'gate', ...summary });
    },
  };
}

/** An error of a gate in the words of the command line. */
export function gateError(error: unknown, { gate, holdout }: GateFlags): unknown {
  const located = named(error, { reference: gate, holdout });
  if (located instanceof Error) {
    located.message = located.message
      .replace('`maxReferenceRows`', '--max-reference-rows')
      .replace('minDistance or minShare', '--min-distance or --min-share');
  }
  return located;
}

function textOf({ kept, redrawn, refused, copies, minDistance, freshShare }: GateSummary): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return (
    `gate: ${countedText(redrawn, 'record')} drawn again: ${percent(refused / Math.max(1, kept + refused))} of draws ` +
    `were refused (${percent(freshShare)} of fresh real records would be), nearer than ${Number(minDistance.toPrecision(3))} ` +
    `to a training record or, ${countText(copies)} of them, the same`
  );
}
