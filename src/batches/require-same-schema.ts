import type { Schema } from 'apache-arrow';
import { SchemaMismatchError } from '../errors.js';
import { sameSchema } from './same-schema.js';

/** Throws a SchemaMismatchError where a schema is not the expected one; `what` begins the message: "Expected ...", `where` ends it. */
export function requireSameSchema(expected: Schema, actual: Schema, what: string, where = ''): void {
  const difference = sameSchema(expected, actual);
  if (difference === undefined) return;
  throw new SchemaMismatchError(`${what}, but ${difference.text}${where}`, difference.column);
}
