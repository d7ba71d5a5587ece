import { RecordBatchReader } from 'apache-arrow';
import * as z from 'zod';
import { nameFields } from '../batches/name-fields.js';
import { counted } from '../counted.js';
import { ModelError } from '../errors.js';
import { type Codec, createCodec } from './codec.js';
import { columnJson } from './column-json.js';
import { datePartField } from './date-part.js';
import { differenceField } from './difference.js';
import { restoreColumn } from './table.js';

const name = z.string();

const numberRule = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sum'),
    column: name,
    of: z.array(name).min(1),
    factors: z.array(z.number()),
    constant: z.number(),
  }),
  z.object({ kind: z.enum(['product', 'quotient']), column: name, of: z.array(name).length(2), factor: z.number() }),
  z.object({ kind: z.literal('order'), low: name, high: name, strict: z.boolean() }),
]);

const codecJson = z.object({
  schema: z.string(),
  target: z.string().optional(),
  conditions: z.array(z.string()).optional(),
  storage: z.enum(['codes', 'values']),
  differences: z.array(z.object({ column: name, from: name, coded: columnJson })).optional(),
  parts: z.array(z.object({ column: name, part: z.enum(['month', 'weekday', 'time']), coded: columnJson })).optional(),
  dependencies: z
    .array(
      z.object({
        key: z.string(),
        columns: z.array(z.string()).min(1),
        records: z.array(z.array(z.int().nonnegative())),
      }),
    )
    .optional(),
  rules: z.array(numberRule).optional(),
  columns: z.array(columnJson),
});

/** The codec of its `toJSON`, with the same behaviour to the last bit. Throws ModelError for anything else. */
export function codecFromJson(json: unknown): Codec {
  try {
    const {
      schema: encoded,
      columns,
      differences: coded = [],
      parts: codedParts = [],
      ...order
    } = codecJson.parse(json);
    const { schema } = RecordBatchReader.from(Buffer.from(encoded, 'base64')).open();
    nameFields(schema.fields);
    if (schema.fields.length !== columns.length) {
      throw new RangeError(`Expected ${counted(schema.fields.length, 'column')}, got ${columns.length}`);
    }
    const restored = schema.fields.map((field, i) => {
      const column = columns[i];
      if (column?.name !== field.name)
        throw new RangeError(`Expected column \`${field.name}\`, got \`${column?.name}\``);
      return restoreColumn(field, column);
    });
    const differences = coded.map((difference) => {
      const field = schema.fields.find((candidate) => candidate.name === difference.column);
      if (field === undefined)
        throw new RangeError(`Expected a difference of columns, got one of \`${difference.column}\``);
      return { ...difference, coded: restoreColumn(differenceField(field), difference.coded) };
    });
    const parts = codedParts.map((part) => ({
      ...part,
      coded: restoreColumn(datePartField({ name: part.column }, part.part), part.coded),
    }));
    return createCodec(schema, restored, {
      target: order.target,
      conditions: order.conditions ?? [],
      storage: order.storage,
      differences,
      parts,
      dependencies: order.dependencies ?? [],
      rules: order.rules ?? [],
    });
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw new ModelError(`Expected the model's columns to be readable: ${what}`, { cause });
  }
}
