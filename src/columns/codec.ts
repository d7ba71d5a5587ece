import { Data, RecordBatch, type Schema, Struct, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import * as z from 'zod';
import { batchOf } from '../batches/batch-of.js';
import { childOf } from '../batches/child-of.js';
import { interleave } from '../batches/interleave.js';
import { interleavedOrder } from '../batches/interleaved-order.js';
import { sameSchema } from '../batches/same-schema.js';
import { ModelError, SchemaMismatchError } from '../errors.js';
import { type Span, valuesOf } from '../models/span.js';
import { pace } from '../pace.js';
import { type Parts, runInTurns, runThrough } from '../run-parts.js';
import type { Column, ColumnFitter, ColumnJson, ColumnOptions } from './column.js';
import { constantColumn } from './constant.js';
import { kindOf, restoreColumn } from './table.js';

/** Fitted columns: record batches to codes and back. */
export interface Codec {
  /** The input's Arrow schema, metadata included. */
  readonly schema: Schema;
  /** One column a field, in file order. */
  readonly columns: readonly Column[];
  /** The spans of the modelled columns, in model order: conditions first, then file order, the target column last. */
  readonly spans: readonly Span[];
  /** `codes`: every span is categorical, and records are codes; `values`: records are numbers, codes among them. */
  readonly storage: 'codes' | 'values';
  /** How many numbers a record has. */
  readonly width: number;
  /**
   * Codes or values of a batch, row-major [rows, width]. What fitting never saw gets the nearest sensible code and is
   * reported to `onUnseen`, with its row in the batch from 0. Throws SchemaMismatchError for another schema.
   */
  encode(
    batch: RecordBatch,
    onUnseen?: (column: string, value: string, row: number) => void,
  ): Uint16Array | Float32Array;
  /**
   * Records for codes and uniforms in (0, 1), both row-major [rows, width]; a uniform chooses within a bin or the rare
   * bucket. Columns that are not modelled are copied from row `copy.rows[r]` of `copy.batch`; without it constants are
   * restored and the rest is null, even where the field is declared without nulls. The schema is `schema`.
   */
  decode(codes: ArrayLike<number>, uniforms: ArrayLike<number>, copy?: RowsToCopy): RecordBatch;
  /** Each row of `copy.batch` followed by the records, as of `decode`, that are beside it, in its schema; `copy.rows` never fall. */
  decodeAmong(codes: ArrayLike<number>, uniforms: ArrayLike<number>, copy: RowsToCopy): RecordBatch;
  toJSON(): CodecJson;
}

/** Which rows of which batch accompany decoded rows: row r is beside row `rows[r]` of `batch`. */
export interface RowsToCopy {
  readonly batch: RecordBatch;
  readonly rows: ArrayLike<number>;
}

/** A codec as JSON; `schema` is an Arrow stream without batches, in base64. */
export interface CodecJson {
  readonly schema: string;
  readonly target?: string;
  readonly conditions?: readonly string[];
  readonly storage: 'codes' | 'values';
  readonly columns: readonly ColumnJson[];
}

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
  /** The column to model last, given all others. */
  readonly target?: string;
  /** Columns to model first, so that records can be drawn given their values exactly and at no extra cost. */
  readonly conditions?: readonly string[];
}

/** Fits a codec in one pass over the batches of a table, in bounded memory. */
export interface CodecFitter {
  /** Throws SchemaMismatchError for a batch of another schema. */
  add(batch: RecordBatch): void;
  /** Throws RangeError when there were no rows, or no column to learn from, or the target is not one. */
  finish(): Codec;
  /** As `finish`, with turns of the event loop after each column and within long ones. */
  finishInTurns(): Promise<Codec>;
}

/**
 * A fitter for tables of one schema. `maxCategories` (256) bounds the levels of a category, `maxCodes` (50) the codes of
 * a number. The codec depends on the order of the rows only, not on how they were divided into batches.
 *
 * Throws RangeError for an unknown target, two columns of one name, and bounds outside 2 ... 65,000.
 */
export function createCodecFitter(schema: Schema, options: CodecFitterOptions = {}): CodecFitter {
  const { target, conditions = [], maxCategories = 256, maxCodes = 50, values = 'codes', copyClocks = false } = options;
  for (const [name, bound] of Object.entries({ maxCategories, maxCodes })) {
    if (!Number.isInteger(bound) || bound < 2 || bound > 65_000) {
      throw new RangeError(`Expected ${name} to be an integer from 2 to 65,000, got ${bound}`);
    }
  }
  const names = schema.fields.map((field) => field.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`Expected column names to be different, got \`${twice}\` twice`);
  if (target !== undefined && !names.includes(target)) {
    throw new RangeError(`Expected the target to be one of the columns ${quoted(names)}, got \`${target}\``);
  }
  const missing = conditions.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`Expected conditions to be among the columns ${quoted(names)}, got \`${missing}\``);
  }
  if (target !== undefined && conditions.includes(target)) {
    throw new RangeError(`Expected the target not to be a condition, got \`${target}\` as both`);
  }
  const likelihood = likelihoodsOf(options.likelihood, names);
  const columnOptions = { maxCategories, maxCodes, values, likelihood, copyClocks };
  const fitters = schema.fields.map((field) => kindOf(field, columnOptions).fit(field, columnOptions));
  let rows = 0;
  return {
    add(batch) {
      requireSchema(schema, batch);
      rows += batch.numRows;
      for (const [i, fitter] of fitters.entries()) fitter.add(childOf(batch, i));
    },
    finish() {
      requireRows(rows);
      return join(fitters.map((fitter) => withoutSingleCode(runThrough(partsOf(fitter)))));
    },
    async finishInTurns() {
      requireRows(rows);
      const columns: Column[] = [];
      for (const fitter of fitters) {
        columns.push(withoutSingleCode(await runInTurns(partsOf(fitter))));
        await pace();
      }
      return join(columns);
    },
  };

  function join(columns: readonly Column[]): Codec {
    if (columns.every(({ span }) => span === undefined)) {
      const reasons = columns.map(({ name, reason }) => `\`${name}\`: ${reason}`).join('; ');
      throw new RangeError(`Expected at least 1 column to learn from, got ${reasons || 'none'} (${rows} rows)`);
    }
    const unfit = columns.find((column) => column.name === target && column.span === undefined);
    if (unfit !== undefined) {
      throw new RangeError(
        `Expected the target \`${target}\` to be a column to learn from, got one with ${unfit.reason}`,
      );
    }
    return createCodec(schema, columns, { target, conditions, storage: values === 'codes' ? 'codes' : 'values' });
  }
}

/** What is said of each column; RangeError for a column that is not there or a likelihood there is not. */
function likelihoodsOf(
  given: CodecFitterOptions['likelihood'],
  names: readonly string[],
): (name: string) => Span['likelihood'] | undefined {
  const named = typeof given === 'object' ? given : {};
  for (const likelihood of typeof given === 'string' ? [given] : Object.values(named)) {
    if (!LIKELIHOODS.includes(likelihood)) {
      throw new RangeError(`Expected a likelihood to be one of ${LIKELIHOODS.join(', ')}, got ${likelihood}`);
    }
  }
  const unknown = Object.keys(named).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Expected likelihoods of the columns ${quoted(names)}, got one of \`${unknown}\``);
  }
  return typeof given === 'string' ? () => given : (name) => (Object.hasOwn(named, name) ? named[name] : undefined);
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

const codecJson = z.object({
  schema: z.string(),
  target: z.string().optional(),
  conditions: z.array(z.string()).optional(),
  storage: z.enum(['codes', 'values']),
  columns: z.array(z.looseObject({ kind: z.string(), name: z.string() })),
});

/** The codec of its `toJSON`, with the same behaviour to the last bit. Throws ModelError for anything else. */
export function codecFromJson(json: unknown): Codec {
  try {
    const { schema: encoded, target, conditions = [], storage, columns } = codecJson.parse(json);
    const { schema } = tableFromIPC(Buffer.from(encoded, 'base64'));
    if (schema.fields.length !== columns.length) {
      throw new RangeError(`Expected ${schema.fields.length} columns, got ${columns.length}`);
    }
    const restored = schema.fields.map((field, i) => {
      const column = columns[i];
      if (column?.name !== field.name)
        throw new RangeError(`Expected column \`${field.name}\`, got \`${column?.name}\``);
      return restoreColumn(field, column);
    });
    return createCodec(schema, restored, { target, conditions, storage });
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw new ModelError(`Expected the model's columns to be readable: ${what}`, { cause });
  }
}

/** Which columns are modelled first and last, and what becomes of them. */
interface Order {
  readonly target: string | undefined;
  readonly conditions: readonly string[];
  readonly storage: Codec['storage'];
}

function createCodec(schema: Schema, columns: readonly Column[], { target, conditions, storage }: Order): Codec {
  const first = conditions.flatMap((name) => columns.filter((column) => column.name === name));
  const rest = columns.filter(({ name }) => !conditions.includes(name));
  const inOrder = [
    ...first,
    ...rest.filter(({ name }) => name !== target),
    ...rest.filter(({ name }) => name === target),
  ];
  const spans = inOrder.flatMap(({ span }) => (span === undefined ? [] : [span]));
  const places = new Map<string, number>();
  let stride = 0;
  for (const span of spans) {
    places.set(span.name, stride);
    stride += valuesOf(span);
  }
  const slotsOf = ({ name }: Column, codes: ArrayLike<number>, uniforms: ArrayLike<number>, rows: number) => ({
    codes,
    uniforms,
    offset: places.get(name) ?? 0,
    stride,
    rows,
  });
  return {
    schema,
    columns,
    spans,
    storage,
    width: stride,
    encode(batch, onUnseen) {
      requireSchema(schema, batch);
      const numbers = batch.numRows * stride;
      const codes = storage === 'codes' ? new Uint16Array(numbers) : new Float32Array(numbers);
      columns.forEach((column, i) => {
        const place = places.get(column.name);
        if (place === undefined) return;
        const listener = onUnseen && ((value: string, row: number) => onUnseen(column.name, value, row));
        column.encode(childOf(batch, i), codes, place, stride, listener);
      });
      return codes;
    },
    decode(codes, uniforms, copy) {
      const rows = codes.length / stride;
      const children = columns.map((column, i) =>
        column.decode(
          slotsOf(column, codes, uniforms, rows),
          copy && { data: childOf(copy.batch, i), rows: copy.rows },
        ),
      );
      return new RecordBatch(schema, new Data(new Struct(schema.fields), 0, rows, 0, undefined, children));
    },
    decodeAmong(codes, uniforms, { batch, rows }) {
      const order = interleavedOrder(batch.numRows, rows);
      const children = columns.map((column, i) => {
        const slots = slotsOf(column, codes, uniforms, rows.length);
        const copied = { data: childOf(batch, i), rows };
        const variants = column.pick?.(slots, copied) ?? { data: column.decode(slots, copied) };
        return interleave(copied.data, variants, order);
      });
      return batchOf(batch.schema, order.length, children);
    },
    toJSON: () => ({
      schema: Buffer.from(tableToIPC(new Table(schema), 'stream')).toString('base64'),
      ...(target !== undefined && { target }),
      ...(conditions.length > 0 && { conditions }),
      storage,
      columns: columns.map((column) => column.toJSON()),
    }),
  };
}

function requireSchema(expected: Schema, batch: RecordBatch): void {
  if (batch.schema === expected) return;
  const difference = sameSchema(expected, batch.schema);
  if (difference !== undefined)
    throw new SchemaMismatchError(`Expected the schema the columns were fitted on, but ${difference}`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
