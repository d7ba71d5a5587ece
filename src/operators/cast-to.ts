import { type Data, type Field, type RecordBatch, Schema } from 'apache-arrow';
import { defer, map, type OperatorFunction } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { castColumn } from '../batches/cast-column.js';
import { childOf } from '../batches/child-of.js';
import { requireArrowTypes } from '../batches/require-arrow-types.js';
import { requireBatch } from '../batches/require-batch.js';
import { sameSchema } from '../batches/same-schema.js';
import { typeName } from '../batches/type-name.js';
import { isSet, validityOf } from '../batches/validity.js';
import { InputError } from '../errors.js';
import { requireOptions } from '../require-options.js';
import { valueText } from '../value-text.js';

/** Options of `castTo`. */
export interface CastToOptions {
  /** The name of the input in errors. */
  readonly source?: string;
}

/**
 * The batches in the types of `schema`, such as that of a model, `model.codec.schema`, where no value changes: integers of another
 * width or sign or as floats, timestamps in another unit, float32 as float64, texts (large utf8, views, dictionaries) as utf8 or large utf8, and
 * columns that could hold nulls and do not, or the other way round.
 *
 * An InputError with row and column for a value that the type does not have, and for a null where none may be. Columns
 * that differ in another way are passed on as they are, and so are batches of other columns.
 */
export function castTo(schema: Schema, options: CastToOptions = {}): OperatorFunction<RecordBatch, RecordBatch> {
  requireOptions('castTo()', options, { source: 'string' });
  const { source: name } = options;
  if (!(schema instanceof Schema))
    throw new TypeError(`Expected a schema, such as \`model.codec.schema\`, got ${valueText(schema)}`);
  requireArrowTypes(schema);
  return (source) =>
    defer(() => {
      let rows = 0;
      return source.pipe(
        map((batch) => {
          requireBatch(batch);
          const cast = castBatch(batch, schema, { row: rows, ...(name !== undefined && { source: name }) });
          rows += batch.numRows;
          return cast;
        }),
      );
    });
}

/** `begin`: where the batch begins in its input, its rows counted from 0. */
function castBatch(
  batch: RecordBatch,
  schema: Schema,
  begin: { readonly row: number; readonly source?: string },
): RecordBatch {
  if (sameSchema(schema, batch.schema) === undefined) return batch;
  const { fields } = schema;
  if (batch.schema.names.length !== fields.length || !fields.every(({ name }, i) => batch.schema.names[i] === name))
    return batch;
  const kept: Field[] = [];
  const columns = fields.map((field, i) => {
    const { name, type, nullable } = field;
    const data = childOf(batch, i);
    const reject = (row: number): never => {
      const found = batch.getChildAt(i)?.get(row);
      const expected = found === null ? `\`${typeName(type)}\` without nulls` : `\`${typeName(type)}\``;
      throw new InputError(`Expected ${expected}, got ${found === null ? 'null' : `\`${String(found)}\``}`, {
        ...begin,
        row: begin.row + row + 1,
        column: name,
      });
    };
    const cast = castColumn(data, type, reject);
    if (cast !== undefined && !nullable && data.nullCount > 0) reject(firstNull(data));
    kept.push(cast === undefined ? (batch.schema.fields[i] as Field) : field);
    return cast ?? data;
  });
  const all = kept.every((field, i) => field === fields[i]);
  return batchOf(all ? schema : new Schema(kept, schema.metadata), batch.numRows, columns);
}

function firstNull(data: Data): number {
  const bitmap = validityOf(data);
  let row = 0;
  while (isSet(bitmap, data.offset + row)) row += 1;
  return row;
}
