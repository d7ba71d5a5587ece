import type { RecordBatch } from 'apache-arrow';
import { typeName } from '../batches/type-name.js';
import { cellsOf } from '../columns/cells-of.js';
import { counted } from '../counted.js';
import { SchemaMismatchError } from '../errors.js';
import { foldIn, randomKey } from '../random.js';
import { isOrdered, numberOf } from './column-values.js';
import { type GateThread, startGateThread } from './gate-thread.js';
import type { GuardRule } from './guard.js';
import { isIdentifier } from './is-identifier.js';
import { isKey } from './is-key.js';
import { NULL_CODE } from './level-index.js';
import { type ReadColumn, type ReadTable, readTable } from './read-table.js';
import type { RecordColumn } from './record-space.js';
import type { ReportInput } from './report-input.js';
import { shuffled } from './take-rows.js';

/** What a gate is made of. */
export interface GateSetup {
  readonly reference: ReportInput;
  readonly holdout?: ReportInput;
  readonly rule: GuardRule;
  /** Columns that records are compared in; default all but identifiers, clocks and free text. */
  readonly columns?: readonly string[];
  readonly seed: number;
  readonly maxReferenceRows: number;
  readonly signal: AbortSignal;
}

/** A gate that stands open. */
export interface Gate extends Omit<GateThread, 'judge'> {
  readonly referenceRows: number;
  /** Throws SchemaMismatchError where a column is null in all rows of a batch, and in none of the reference: nothing would be near. */
  requireValues(batch: RecordBatch): void;
  /** What the guard says of each record: PASSED, TOO_NEAR or COPIED. */
  judge(batch: RecordBatch): Promise<Uint8Array>;
}

/** Fresh records that the bound is found by, at most: a share of 5 % then has a standard error of 0.3 points. */
const FRESH_ROWS = 5_000;
/** The code of a text that the reference does not have: equal to none. */
const UNKNOWN_CODE = -2;

/** Reads the reference and the holdout, each in one pass, and starts the thread. Errors are those of `privacyGate`. */
export async function openGate(setup: GateSetup): Promise<Gate> {
  const { rule, maxReferenceRows, signal } = setup;
  const key = foldIn(randomKey(setup.seed), 'gate');
  let rows = 0;
  const onBatch = ({ numRows }: RecordBatch) => {
    rows += numRows;
    if (rows <= maxReferenceRows) return;
    // Of a sample alone, copies of all other records would pass.
    throw new RangeError(
      `Expected at most ${counted(maxReferenceRows, 'row')}, got more: raise \`maxReferenceRows\` (reference table)`,
    );
  };
  // All levels: of those that share a code, copies would pass.
  const whole = { maxRows: maxReferenceRows, maxLevels: Number.POSITIVE_INFINITY };
  const reference = await readTable(setup.reference, { ...whole, key, role: 'reference', onBatch });
  const columns = chosen(reference, setup.columns);
  const holdout =
    setup.holdout &&
    (await readTable(setup.holdout, { maxRows: FRESH_ROWS, key, like: { ...reference, columns }, role: 'holdout' }));
  const fresh =
    holdout?.columns.map(({ sample }) => plain(sample)) ??
    shuffled(reference.rows, foldIn(key, 'left out')).slice(0, FRESH_ROWS);
  signal.throwIfAborted();
  const thread = await startGateThread({ reference: columns.map(({ sample }) => plain(sample)), fresh, rule }, signal);
  if (thread.repeated !== undefined) {
    await thread.close();
    const { copies, rows: held, expected } = thread.repeated;
    throw new RangeError(
      `Expected real records that are not among the reference, got ${copies} of ${held} that are (by chance: ${Math.round(expected)}) (holdout table)`,
    );
  }
  return {
    ...thread,
    referenceRows: reference.rows,
    requireValues(batch) {
      const empty = columns.find(({ name, summary }) => summary.nulls === 0 && isNull(batch, name));
      if (empty === undefined) return;
      throw new SchemaMismatchError(
        `Expected column \`${empty.name}\` to have values, as in the reference, got nulls alone: name the columns to compare`,
        empty.name,
      );
    },
    judge: (batch) => thread.judge(columns.map((column) => valuesOf(batch, column))),
  };
}

function chosen({ columns, rows }: ReadTable, names: readonly string[] | undefined): readonly ReadColumn[] {
  const missing = names?.find((name) => !columns.some((column) => column.name === name));
  if (missing !== undefined) {
    throw new SchemaMismatchError(`Expected a column \`${missing}\` to compare, got none (reference table)`, missing);
  }
  const compared = columns.filter(
    (column) => names?.includes(column.name) ?? !(isIdentifier(column.summary, rows) || isKey(column)),
  );
  if (compared.length === 0)
    throw new RangeError('Expected a column to compare records in, got none (reference table)');
  return compared;
}

function isNull(batch: RecordBatch, name: string): boolean {
  return batch.numRows > 0 && batch.getChild(name)?.nullCount === batch.numRows;
}

function plain({ kind, numbers, codes }: RecordColumn): RecordColumn {
  return { kind, numbers, codes };
}

function valuesOf(batch: RecordBatch, { name, type, sample: { kind, levels } }: ReadColumn): RecordColumn {
  const field = batch.schema.fields.find((candidate) => candidate.name === name);
  if (field === undefined || isOrdered(field) !== (kind === 'number')) {
    throw new SchemaMismatchError(
      `Expected column \`${name}\` to be a ${type}, as in the reference, got ${field === undefined ? 'none' : typeName(field.type)}`,
      name,
    );
  }
  const [numbers, codes] = [
    new Float64Array(kind === 'number' ? batch.numRows : 0),
    new Int32Array(kind === 'number' ? 0 : batch.numRows),
  ];
  let row = 0;
  for (const value of cellsOf(batch.getChild(name))) {
    if (kind === 'number') numbers[row] = numberOf(value);
    else codes[row] = value === null ? NULL_CODE : (levels.find(String(value)) ?? UNKNOWN_CODE);
    row += 1;
  }
  return { kind, numbers, codes };
}
