import type { RecordBatch } from 'apache-arrow';
import type { MonoTypeOperatorFunction } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { gather } from '../batches/gather.js';
import { requireBatch } from '../batches/require-batch.js';
import { requireOptions } from '../require-options.js';
import { valueText } from '../value-text.js';
import { transform } from './flow.js';
import { GATE_OPTIONS, type GateOptions, openCountingGate, requireGateOptions } from './gate-options.js';

/** Options of `privacyGate`. */
export interface PrivacyGateOptions extends GateOptions {
  /** Columns that records are compared in; default all but nested ones, bytes, texts that are mostly distinct, keys (whole numbers that rise or all differ) and dates that only rise. */
  readonly columns?: readonly string[];
}

/**
 * Drops records that sit closer to a training record than fresh real ones would. The distance to the closest record (DCR;
 * Platzer and Reutterer 2021) is Gower's: 1 for a category that differs, and the difference of ranks, up to 1, for a number
 * or date, added up over columns. `minDistance` bounds it directly; `minShare` p takes the largest bound that
 * refuses at most a share p of fresh real records (ties pass: ranks come in halves of one). A model that has memorised nothing then
 * loses about p; what it loses beyond is memorised.
 *
 * - Guarded are the training records that occur once. What equals a record that occurs twice or more always passes: it is nobody's.
 * - What equals a guarded record is refused whatever the bound. Only in a table without numbers and dates, where fresh real
 *   records equal others all the time and distances are whole numbers, the bound alone decides.
 * - `sample(model, n, { gate })` draws again instead. Variants of `augment` are near their record by design: a gate behind
 *   it leaves those that are not, which still tell about their record.
 *
 * A filter, no proof: what is missing around a training record can give it away to who draws often enough (Ganev and De
 * Cristofaro 2023). Records are compared in a thread of its own; for a seed the result does not depend on the division into batches.
 * RangeError, TypeError for options out of bounds; SchemaMismatchError where tables or batches lack a column of the reference,
 * or a batch its values: in a column that is null in every record, and never in the reference, all are far from it.
 */
export function privacyGate(options: PrivacyGateOptions): MonoTypeOperatorFunction<RecordBatch> {
  requireOptions('privacyGate()', options, { ...GATE_OPTIONS, columns: true });
  requireGateOptions(options);
  if (options.columns !== undefined && !Array.isArray(options.columns))
    throw new TypeError(`Expected \`columns\` to be a list of columns, got ${valueText(options.columns)}`);
  return transform(async function* (batches, signal) {
    const gate = await openCountingGate(options, options.columns, signal);
    let [kept, dropped] = [0, 0];
    try {
      for await (const batch of batches) {
        requireBatch(batch);
        gate.requireValues(batch);
        const passing = await gate.passing(batch);
        const rows = Int32Array.from(passing, (_, row) => row).filter((row) => passing[row] === 1);
        kept += rows.length;
        dropped += batch.numRows - rows.length;
        yield rows.length === batch.numRows ? batch : rowsOf(batch, rows);
      }
      gate.finish({ kept, dropped, redrawn: 0 });
    } finally {
      await gate.close();
    }
  });
}

function rowsOf({ schema, data }: RecordBatch, rows: Int32Array): RecordBatch {
  return batchOf(
    schema,
    rows.length,
    data.children.map((column) => gather(column, rows)),
  );
}
