import type { Field } from 'apache-arrow';
import * as z from 'zod';
import type { Column, ColumnJson, ColumnKind } from './column.js';

const constantJson = z.object({
  kind: z.literal('constant'),
  name: z.string(),
  of: z.looseObject({ kind: z.string(), name: z.string() }),
});

/** A column in which every row holds the same: not modelled, decoded to that one value whatever the codes. */
export function constantColumn(of: Column): Column {
  const reason = 'every row holds the same value';
  return {
    kind: 'constant',
    name: of.name,
    span: undefined,
    reason,
    coded: of,
    encode() {},
    decode({ rows }) {
      const codes = new Uint8Array(rows);
      return of.decode({ codes, uniforms: new Float32Array(rows).fill(0.5), offset: 0, stride: 1, rows });
    },
    toJSON: (): ColumnJson => ({ kind: 'constant', name: of.name, of: of.toJSON() }),
  };
}

/** The line of the constants; `restoreColumn` makes the column inside. No type is fitted as one: columns turn out so. */
export function constantKind(restoreColumn: (field: Field, json: ColumnJson) => Column): ColumnKind {
  return {
    kind: 'constant',
    accepts: () => false,
    fit(field) {
      throw new TypeError(`Expected column \`${field.name}\` to be fitted by its type`);
    },
    restore: (field, json) => constantColumn(restoreColumn(field, constantJson.parse(json).of)),
  };
}
