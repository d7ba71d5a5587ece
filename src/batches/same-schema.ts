import type { Schema } from 'apache-arrow';
import { typeName } from './type-name.js';

/**
 * The first difference between two schemas in names, then in order, types or nullability, as a phrase such as "column `age` is
 * `utf8` where `int32` was expected"; undefined when there is none.
 *
 * `actual` is judged by `expected`. Metadata and the ids of dictionaries do not count: ids are names inside one file and
 * differ between files with the same columns.
 */
export function sameSchema(expected: Schema, actual: Schema): string | undefined {
  if (expected === actual) return undefined;
  const { fields } = actual;
  const missing = expected.fields.find(({ name }) => !actual.names.includes(name));
  if (missing !== undefined) return `column \`${missing.name}\` is missing`;
  const extra = fields.find(({ name }) => !expected.names.includes(name));
  if (extra !== undefined) return `column \`${extra.name}\` was not expected`;
  for (const [i, field] of expected.fields.entries()) {
    const found = fields[i];
    if (found?.name !== field.name) {
      const position = fields.findIndex(({ name }) => name === field.name);
      return `column \`${field.name}\` is at position ${position + 1} where ${i + 1} was expected`;
    }
    const wanted = typeName(field.type);
    const got = typeName(found.type);
    if (got !== wanted) return `column \`${field.name}\` is \`${got}\` where \`${wanted}\` was expected`;
    if (found.nullable !== field.nullable) {
      return field.nullable
        ? `column \`${field.name}\` is not nullable where nulls were expected`
        : `column \`${field.name}\` is nullable where no nulls were expected`;
    }
  }
  const repeated = fields[expected.fields.length];
  return repeated === undefined ? undefined : `column \`${repeated.name}\` was not expected`;
}
