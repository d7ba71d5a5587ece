import { Data, RecordBatch, type Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import { batchOf } from '../batches/batch-of.js';
import { childOf } from '../batches/child-of.js';
import { interleave } from '../batches/interleave.js';
import { interleavedOrder } from '../batches/interleaved-order.js';
import { type Span, valuesOf } from '../models/span.js';
import type { Column } from './column.js';
import type { ColumnJson } from './column-json.js';
import { type DatePart, datePartsOf, type Part } from './date-part.js';
import type { Dependency } from './dependency.js';
import type { Difference } from './difference.js';
import { createJointNumbers, type DecodeBounds } from './joint-numbers.js';
import type { NumberRule } from './number-rule.js';
import { type Accepts, type Coded, createRelations } from './relate.js';
import { requireSchema } from './require-schema.js';

/** Fitted columns: record batches to codes and back. */
export interface Codec {
  /** The input's Arrow schema, metadata included. */
  readonly schema: Schema;
  /** One column a field, in file order. */
  readonly columns: readonly Column[];
  /** Columns that are modelled as what they are more than another: their spans are of the differences. */
  readonly differences: readonly Difference[];
  /** What of dates is modelled beside them. */
  readonly parts: readonly DatePart[];
  /** The spans of the modelled columns, in model order: conditions first, then file order, the parts of dates, the target column last. */
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
   * restored and the rest is null, even where the field is declared without nulls. The schema is `schema`. Numbers keep to the
   * rules within `bounds`.
   */
  decode(codes: ArrayLike<number>, uniforms: ArrayLike<number>, copy?: RowsToCopy, bounds?: DecodeBounds): RecordBatch;
  /** Each row of `copy.batch` followed by the records, as of `decode`, that are beside it, in its schema; `copy.rows` never fall. */
  decodeAmong(
    codes: ArrayLike<number>,
    uniforms: ArrayLike<number>,
    copy: RowsToCopy,
    bounds?: DecodeBounds,
  ): RecordBatch;
  /** Which columns determine others. */
  readonly dependencies: readonly Dependency[];
  /** What holds between numbers of a row: orders first, then formulas, each after those that it needs. */
  readonly rules: readonly NumberRule[];
  /** What was drawn, to be decoded, in keeping with the dependencies; see `Relations`. */
  relate(drawn: Coded, accepts?: Accepts): Coded;
  /** The same columns under other relations. RangeError for those of columns or values there are not. */
  withRelations(relations: CodecRelations): Codec;
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
  readonly differences?: readonly { readonly column: string; readonly from: string; readonly coded: ColumnJson }[];
  readonly parts?: readonly { readonly column: string; readonly part: Part; readonly coded: ColumnJson }[];
  readonly dependencies?: readonly Dependency[];
  readonly rules?: readonly NumberRule[];
  readonly columns: readonly ColumnJson[];
}

/** What holds between columns; nothing by default. */
export interface CodecRelations {
  readonly dependencies?: readonly Dependency[];
  readonly rules?: readonly NumberRule[];
}

/** Which columns are modelled first and last, and what becomes of them. */
export interface CodecOrder extends CodecRelations {
  /** None by default; of columns that there are, and from columns that are none themselves. */
  readonly differences?: readonly Difference[];
  /** None by default; of columns that there are, and that are dates. */
  readonly parts?: readonly DatePart[];
  readonly target: string | undefined;
  readonly conditions: readonly string[];
  readonly storage: Codec['storage'];
}

/** The codec of fitted columns, one a field of the schema. RangeError for relations of columns or values there are not. */
export function createCodec(
  schema: Schema,
  columns: readonly Column[],
  { target, conditions, storage, differences = [], parts = [], dependencies = [], rules = [] }: CodecOrder,
): Codec {
  const first = conditions.flatMap((name) => columns.filter((column) => column.name === name));
  const rest = columns.filter(({ name }) => !conditions.includes(name));
  const joint = createJointNumbers(schema, columns, { differences, parts, rules, dependencies });
  const inOrder = [
    ...[...first, ...rest.filter(({ name }) => name !== target)].map(joint.codedAs),
    // Behind the others: columns are drawn the worse, the more come before them.
    ...parts.map(({ coded }) => coded),
    ...rest.filter(({ name }) => name === target).map(joint.codedAs),
  ];
  const spans = inOrder.flatMap(({ span }) => (span === undefined ? [] : [span]));
  const places = new Map<string, number>();
  let stride = 0;
  for (const span of spans) {
    places.set(span.name, stride);
    stride += valuesOf(span);
  }
  const relations = createRelations(dependencies, columns, { width: stride, slotOf: (name) => places.get(name) });
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
    differences,
    parts,
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
        joint.codedAs(column).encode(joint.toEncode(batch, i), codes, place, stride, listener);
        const parts = joint.partsOf(column);
        const kinds = parts.map(({ part }) => part);
        const dates = parts.length === 0 ? [] : datePartsOf(childOf(batch, i), kinds);
        parts.forEach(({ coded }, p) => {
          coded.encode(dates[p] as Data, codes, places.get(coded.name) as number, stride);
        });
      });
      return codes;
    },
    decode(codes, uniforms, copy, bounds) {
      const rows = codes.length / stride;
      const numbers = joint.decode((column) => slotsOf(column, codes, uniforms, rows), bounds);
      const children = columns.map(
        (column, i) =>
          numbers.get(column.name) ??
          column.decode(
            slotsOf(column, codes, uniforms, rows),
            copy && { data: childOf(copy.batch, i), rows: copy.rows },
          ),
      );
      return new RecordBatch(schema, new Data(new Struct(schema.fields), 0, rows, 0, undefined, children));
    },
    decodeAmong(codes, uniforms, { batch, rows }, bounds) {
      const order = interleavedOrder(batch.numRows, rows);
      const numbers = joint.decode((column) => slotsOf(column, codes, uniforms, rows.length), bounds);
      const placesInOrder = new Int32Array(order.length);
      const children = columns.map((column, i) => {
        const slots = slotsOf(column, codes, uniforms, rows.length);
        const copied = { data: childOf(batch, i), rows };
        const kept = numbers.get(column.name);
        const variants =
          kept === undefined
            ? (column.pick?.(slots, copied) ?? { data: column.decode(slots, copied) })
            : { data: kept };
        return interleave(copied.data, variants, order, placesInOrder);
      });
      return batchOf(batch.schema, order.length, children);
    },
    dependencies,
    relate: relations.relate,
    rules,
    withRelations: (relations) =>
      createCodec(schema, columns, { target, conditions, storage, differences, parts, ...relations }),
    toJSON: () => ({
      schema: Buffer.from(tableToIPC(new Table(schema), 'stream')).toString('base64'),
      ...(target !== undefined && { target }),
      ...(conditions.length > 0 && { conditions }),
      storage,
      ...(differences.length > 0 && {
        differences: differences.map(({ coded, ...names }) => ({ ...names, coded: coded.toJSON() })),
      }),
      ...(parts.length > 0 && { parts: parts.map(({ coded, ...names }) => ({ ...names, coded: coded.toJSON() })) }),
      ...(dependencies.length > 0 && { dependencies }),
      ...(rules.length > 0 && { rules }),
      columns: columns.map((column) => column.toJSON()),
    }),
  };
}
