import { Data, RecordBatch, type Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import { batchOf } from '../batches/batch-of.js';
import { childOf } from '../batches/child-of.js';
import { interleave } from '../batches/interleave.js';
import { interleavedOrder } from '../batches/interleaved-order.js';
import { type Span, valuesOf } from '../models/span.js';
import type { Column } from './column.js';
import type { ColumnJson } from './column-json.js';
import { requireSchema } from './require-schema.js';

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

/** Which columns are modelled first and last, and what becomes of them. */
export interface CodecOrder {
  readonly target: string | undefined;
  readonly conditions: readonly string[];
  readonly storage: Codec['storage'];
}

/** The codec of fitted columns, one a field of the schema. */
export function createCodec(
  schema: Schema,
  columns: readonly Column[],
  { target, conditions, storage }: CodecOrder,
): Codec {
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
      const places = new Int32Array(order.length);
      const children = columns.map((column, i) => {
        const slots = slotsOf(column, codes, uniforms, rows.length);
        const copied = { data: childOf(batch, i), rows };
        const variants = column.pick?.(slots, copied) ?? { data: column.decode(slots, copied) };
        return interleave(copied.data, variants, order, places);
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
