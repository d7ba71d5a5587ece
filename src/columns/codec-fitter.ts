import type { Field, RecordBatch, Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { nameList } from '../batches/name-list.js';
import { requireArrowTypes } from '../batches/require-arrow-types.js';
import { rowsInTurn } from '../batches/rows-in-turn.js';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import { typeName } from '../batches/type-name.js';
import { counted } from '../counted.js';
import type { Span } from '../models/span.js';
import { pace } from '../pace.js';
import { type Parts, runInTurns, runThrough } from '../run-parts.js';
import { type Codec, createCodec } from './codec.js';
import type { Column, ColumnFitter, ColumnKind, ColumnOptions } from './column.js';
import { constantColumn } from './constant.js';
import type { DatePart } from './date-part.js';
import { createDatePartFitter } from './date-part-fitter.js';
import type { Difference } from './difference.js';
import { createDifferenceFitter } from './difference-fitter.js';
import { requireSchema } from './require-schema.js';
import { kindOf } from './table.js';

/** Options of `createCodecFitter`. */
export interface CodecFitterOptions extends Partial<Pick<ColumnOptions, 'maxCategories' | 'maxCodes' | 'copyClocks'>> {
  /**
   * `codes` (default): every column as categorical codes. `natural`: numbers and dates as standardised real values,
   * booleans and images as numbers in [0, 1], the rest as codes.
   */
  readonly values?: 'codes' | 'natural';
  /**
   * With `natural`, what a model takes columns for: of all numbers, dates and images, or by column name. `bernoulli` needs
   * values in [0, 1] without nulls, `categorical` makes codes.
   */
  readonly likelihood?: Span['likelihood'] | Readonly<Record<string, Span['likelihood']>>;
  /**
   * Whether numbers and dates that lie close to another of their type are modelled as differences from it, with `codes`; but for the
   * target and conditions. Default false.
   */
  readonly differences?: boolean;
  /**
   * Whether month, weekday and time of day of dates are modelled beside them, with `codes`; but for those of the target, of conditions
   * and of differences. Default false.
   */
  readonly dateParts?: boolean;
  /**
   * Columns of texts that are public, whichever they are: texts that fewer than five records share come back, too. By default they do not,
   * from 20 records on.
   */
  readonly keepRare?: readonly string[];
  /** The column to model last, given all others. */
  readonly target?: string;
  /** Columns to model first, so that records can be drawn given their values exactly and at no extra cost. */
  readonly conditions?: readonly string[];
}

/** Fits a codec in one pass over the batches of a table, in bounded memory. */
export interface CodecFitter {
  /** Throws SchemaMismatchError for a batch of another schema. */
  add(batch: RecordBatch): void;
  /** As `add`, with turns of the event loop within batches of many rows; to be awaited before the next call. */
  addInTurns(batch: RecordBatch): Promise<void>;
  /** Throws RangeError when there were no rows, or no column to learn from, or the target or a condition is not one. */
  finish(): Codec;
  /** As `finish`, with turns of the event loop after each column and within long ones. */
  finishInTurns(): Promise<Codec>;
}

/** Checks what can be checked before any batch is seen: RangeError for bounds outside 2 ... 65,000 and a likelihood there is not, TypeError for columns that are no list. */
export function checkCodecFitterOptions(
  options: Pick<CodecFitterOptions, 'maxCategories' | 'maxCodes' | 'likelihood' | 'conditions' | 'keepRare'>,
): void {
  const { maxCategories = 256, maxCodes = 50, likelihood = {}, conditions = [], keepRare = [] } = options;
  for (const [name, columns] of Object.entries({ conditions, keepRare })) {
    if (!Array.isArray(columns)) throw new TypeError(`Expected ${name} to be a list of columns, got ${typeof columns}`);
  }
  for (const [name, bound] of Object.entries({ maxCategories, maxCodes })) {
    if (!Number.isInteger(bound) || bound < 2 || bound > 65_000) {
      throw new RangeError(`Expected ${name} to be an integer from 2 to 65,000, got ${bound}`);
    }
  }
  for (const given of typeof likelihood === 'string' ? [likelihood] : Object.values(likelihood)) {
    if (!LIKELIHOODS.includes(given)) {
      throw new RangeError(`Expected a likelihood to be one of ${LIKELIHOODS.join(', ')}, got ${given}`);
    }
  }
}

/**
 * A fitter for tables of one schema. `maxCategories` (256) bounds the levels of a category, `maxCodes` (50) the codes of
 * a number. The codec depends on the order of the rows only, not on how they were divided into batches.
 *
 * Throws RangeError as `checkCodecFitterOptions`, for an unknown target or other column named, two columns of one name, and a likelihood of numbers for a
 * column that has none; TypeError for types of another copy of Arrow.
 */
export function createCodecFitter(schema: Schema, options: CodecFitterOptions = {}): CodecFitter {
  const {
    target,
    conditions = [],
    keepRare = [],
    maxCategories = 256,
    maxCodes = 50,
    values = 'codes',
    copyClocks = false,
  } = options;
  checkCodecFitterOptions(options);
  requireArrowTypes(schema);
  const names = schema.fields.map((field) => field.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`Expected column names to be different, got \`${twice}\` twice`);
  if (target !== undefined && !names.includes(target)) {
    throw new RangeError(`Expected the target to be one of the columns ${nameList(names)}, got \`${target}\``);
  }
  const missing = conditions.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`Expected conditions to be among the columns ${nameList(names)}, got \`${missing}\``);
  }
  const unknown = keepRare.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Expected keepRare to name some of the columns ${nameList(names)}, got \`${unknown}\``);
  }
  if (target !== undefined && conditions.includes(target)) {
    throw new RangeError(`Expected the target not to be a condition, got \`${target}\` as both`);
  }
  const likelihood = likelihoodsOf(options.likelihood, names);
  const columnOptions = {
    maxCategories,
    maxCodes,
    values,
    likelihood,
    copyClocks,
    keepsRare: (name: string) => keepRare.includes(name),
  };
  const fitters = schema.fields.map((field) => {
    const kind = kindOf(field, columnOptions);
    requireNumbers(field, kind, options);
    return kind.fit(field, columnOptions);
  });
  const plain = new Set([...conditions, ...(target === undefined ? [] : [target])]);
  const isCoded = values === 'codes';
  const differences = options.differences && isCoded ? createDifferenceFitter(schema, columnOptions, plain) : undefined;
  const dateParts = options.dateParts && isCoded ? createDatePartFitter(schema, columnOptions, plain) : undefined;
  let rows = 0;
  const add = (batch: RecordBatch) => {
    requireSchema(schema, batch);
    rows += batch.numRows;
    differences?.add(batch);
    dateParts?.add(batch);
    for (const [i, fitter] of fitters.entries()) fitter.add(childOf(batch, i));
  };
  return {
    add,
    async addInTurns(batch) {
      for await (const slice of slicesInTurns(batch, rowsInTurn(fitters.length))) add(slice);
    },
    finish() {
      requireRows(rows);
      const columns = fitters.map((fitter) => withoutSingleCode(runThrough(partsOf(fitter))));
      const found = differences && runThrough(differences.finish(columns));
      return join(columns, found, dateParts && runThrough(dateParts.finish(columns)));
    },
    async finishInTurns() {
      requireRows(rows);
      const columns: Column[] = [];
      for (const fitter of fitters) {
        columns.push(withoutSingleCode(await runInTurns(partsOf(fitter))));
        await pace();
      }
      const found = differences && (await runInTurns(differences.finish(columns)));
      return join(columns, found, dateParts && (await runInTurns(dateParts.finish(columns))));
    },
  };

  function join(columns: readonly Column[], found: readonly Difference[] = [], dates: readonly DatePart[] = []): Codec {
    if (columns.every(({ span }) => span === undefined)) {
      const reasons = [...new Set(columns.map(({ reason }) => reason))]
        .map((reason) => `${nameList(columns.flatMap((one) => (one.reason === reason ? one.name : [])))}: ${reason}`)
        .join('; ');
      throw new RangeError(
        `Expected at least 1 column to learn from, got ${reasons || 'none'} (${counted(rows, 'row')})`,
      );
    }
    const unfit = columns.find((column) => column.name === target && column.span === undefined);
    if (unfit !== undefined) {
      throw new RangeError(
        `Expected the target \`${target}\` to be a column to learn from, got one with ${unfit.reason}`,
      );
    }
    const idle = columns.find(({ name, span }) => conditions.includes(name) && span === undefined);
    if (idle !== undefined) {
      throw new RangeError(`Expected conditions to be columns to learn from, got \`${idle.name}\` with ${idle.reason}`);
    }
    const storage = values === 'codes' ? 'codes' : 'values';
    const parts = dates.filter((part) => found.every(({ column }) => column !== part.column));
    return createCodec(schema, columns, { target, conditions, storage, differences: found, parts });
  }
}

/** What is said of each column; RangeError for a column that is not there or a likelihood there is not. */
function likelihoodsOf(
  given: CodecFitterOptions['likelihood'],
  names: readonly string[],
): (name: string) => Span['likelihood'] | undefined {
  const named = typeof given === 'object' ? given : {};
  const unknown = Object.keys(named).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Expected likelihoods of the columns ${nameList(names)}, got one of \`${unknown}\``);
  }
  return typeof given === 'string' ? () => given : (name) => (Object.hasOwn(named, name) ? named[name] : undefined);
}

/** RangeError where a column of texts, or of what is not modelled, was named to be modelled as numbers. */
function requireNumbers({ name, type }: Field, { kind }: ColumnKind, { values, likelihood }: CodecFitterOptions): void {
  const named = typeof likelihood === 'object' && Object.hasOwn(likelihood, name) ? likelihood[name] : undefined;
  if (values !== 'natural' || named === undefined || named === 'categorical') return;
  if (kind === 'categorical' || kind === 'opaque') {
    throw new RangeError(
      `Expected numbers, dates, booleans or images to be ${named}, got \`${name}\` (${typeName(type)})`,
    );
  }
}

const LIKELIHOODS: readonly Span['likelihood'][] = ['categorical', 'bernoulli', 'gaussian'];

function requireRows(rows: number): void {
  if (rows === 0) throw new RangeError('Expected at least 1 row, got 0');
}

function* partsOf(fitter: ColumnFitter): Parts<Column> {
  const finished = fitter.finish();
  return 'next' in finished ? yield* finished : finished;
}

/** A column of one code only is a constant. */
function withoutSingleCode(column: Column): Column {
  return column.span?.likelihood === 'categorical' && column.span.width === 1 ? constantColumn(column) : column;
}
