import type { Data, Field } from 'apache-arrow';
import type { Span } from '../models/span.js';
import type { ColumnJson } from './column-json.js';
import type { ExactValues } from './exact-values.js';

/** Told of every value that fitting did not see: its text and its row in the batch (from 0). */
export type UnseenListener = (value: string, row: number) => void;

/** What columns make of records, row-major: codes, or values where some columns are not coded. */
export type RowValues = Uint16Array | Float32Array;

/**
 * One column's place in two row-major arrays [rows, stride]: the numbers of row r start at `offset + r * stride`. `codes` are
 * those of the column's span (for spans that are not categorical its values); `uniforms` are in (0, 1) and choose within a
 * code: the place in a bin, the member of a rare bucket.
 */
export interface CodeSlots {
  readonly codes: ArrayLike<number>;
  readonly uniforms: ArrayLike<number>;
  readonly offset: number;
  readonly stride: number;
  readonly rows: number;
}

/** Values taken from others: row `rows[r]` of `data` for row r, null where that is -1. */
export interface CopiedRows {
  readonly data: Data;
  readonly rows: ArrayLike<number>;
}

/** A fitted column: its values to codes and back. */
export interface Column {
  /** Which line of the folder's table made it: `numeric`, `measured`, `flag`, `image`, `categorical`, .... */
  readonly kind: string;
  readonly name: string;
  /** What models see of it; undefined when it is not modelled (constant, opaque). */
  readonly span: Span | undefined;
  /** Rows of the training data with each code, where every code stands for one value; 0 for `standIn`. */
  readonly codeRows?: readonly number[];
  /** The code of values that are kept to themselves: other values of the column stand for it. */
  readonly standIn?: number;
  /**
   * How many values one row alone held, where unknown values can be told. So many of as many further rows will hold values
   * that fitting never saw (Good, "The population frequencies of species", 1953, after Turing).
   */
  readonly seenOnce?: number;
  /** Why the column is not modelled, as a phrase. */
  readonly reason?: string;
  /** The column as codes, where its span is none or not of codes and where it comes from fitting: what distributions are compared by. */
  readonly coded?: Column;
  /** Writes the span's code or values of every row of `data` to `codes[offset + row * stride]` and on. */
  encode(data: Data, codes: RowValues, offset: number, stride: number, onUnseen?: UnseenListener): void;
  /**
   * Tells the rows of the finite numbers that are none of those fitting saw: outside their range, or, where every code stands
   * for one number, another. Only columns of coded numbers have it.
   */
  forEachForeign?(data: Data, onRow: (row: number) => void): void;
  /** The values that codes give back exactly; only columns of codes have it. */
  exactValues?(): ExactValues | undefined;
  /** Values for codes, of exactly the field's type. Columns that are not modelled read `copied` and ignore the codes. */
  decode(slots: CodeSlots, copied?: CopiedRows): Data;
  /**
   * As `decode`, but says which values to take instead of writing them: for columns that have their values already, such as
   * texts, which are then written once, in their place among others. Undefined where they are not all in one place.
   */
  pick?(slots: CodeSlots, copied?: CopiedRows): CopiedRows | undefined;
  toJSON(): ColumnJson;
}

/** Bounds on what a column may become. */
export interface ColumnOptions {
  /** Most levels of a category, the rare bucket included; null comes on top. */
  readonly maxCategories: number;
  /** How columns are to be seen by a model; `codes` makes every column a category. */
  readonly values: 'codes' | 'natural';
  /** What a model is to take a column for, where that is not left to its type. */
  readonly likelihood: (name: string) => Span['likelihood'] | undefined;
  /** Most codes of a number in a table of 2,000 rows or more; null, NaN and the infinities come on top. */
  readonly maxCodes: number;
  /** Whether texts that few rows share come back all the same. */
  readonly keepsRare: (name: string) => boolean;
  /** Whether numbers and dates that never fall are copied, not modelled: in a stream without end they do not come back. Default false. */
  readonly copyClocks?: boolean;
}

/** Reads a column once, batch by batch, in bounded memory. The result depends on the values' order, never on how they were divided into batches. */
export interface ColumnFitter {
  add(data: Data): void;
  /**
   * The fitted column. A span of width 1 is allowed here: the codec makes a constant of it. What takes more than some
   * milliseconds is done in parts, with a `yield` in between, where the event loop may take a turn.
   */
  finish(): Column | Generator<undefined, Column, undefined>;
}

/** A kind of column: one line of the folder's table. */
export interface ColumnKind {
  readonly kind: string;
  /** Whether this kind fits such fields under such options; the table's first match is taken. */
  accepts(field: Field, options: ColumnOptions): boolean;
  fit(field: Field, options: ColumnOptions): ColumnFitter;
}
