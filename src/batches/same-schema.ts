import type { Field, Schema } from 'apache-arrow';
import { typeName } from './type-name.js';

/** What makes a schema another. */
export interface SchemaDifference {
  readonly column: string;
  /** A phrase such as "column `age` is `utf8` where `int32` was expected". */
  readonly text: string;
}

/**
 * The first difference between two schemas in names, then in order, types or nullability; undefined when there is none.
 *
 * `actual` is judged by `expected`. Metadata and the ids of dictionaries do not count: ids are names inside one file and
 * differ between files with the same columns.
 */
export function sameSchema(expected: Schema, actual: Schema): SchemaDifference | undefined {
  if (expected === actual) return undefined;
  const { fields } = actual;
  const missing = expected.fields.find(({ name }) => !actual.names.includes(name));
  if (missing !== undefined) return differing(missing, 'is missing');
  const extra = fields.find(({ name }) => !expected.names.includes(name));
  if (extra !== undefined) return differing(extra, 'was not expected');
  for (const [i, field] of expected.fields.entries()) {
    const found = fields[i];
    if (found?.name !== field.name) {
      const position = fields.findIndex(({ name }) => name === field.name);
      return differing(field, `is at position ${position + 1} where ${i + 1} was expected`);
    }
    const wanted = typeName(field.type);
    const got = typeName(found.type);
    if (got !== wanted) return differing(field, `is \`${got}\` where \`${wanted}\` was expected`);
    if (found.nullable !== field.nullable) {
      const how = field.nullable
        ? 'is not nullable where nulls were expected'
        : 'is nullable where no nulls were expected';
      return differing(field, how);
    }
  }
  const repeated = fields[expected.fields.length];
  return repeated && differing(repeated, 'was not expected');
}

function differing({ name }: Field, how: string): SchemaDifference {
  return { column: name, text: `column \`${name}\` ${how}` };
}
