import type { Field } from 'apache-arrow';
import { makeData } from 'apache-arrow';
import { gather } from '../batches/gather.js';
import { typeName } from '../batches/type-name.js';
import type { Column, ColumnKind } from './column.js';

/**
 * A column that is never modelled: identifiers, free text, nested and binary types. Copied where there are rows to copy
 * from, null elsewhere, whether or not the field allows nulls.
 */
export function opaqueColumn(field: Field, reason: string): Column {
  return {
    kind: 'opaque',
    name: field.name,
    span: undefined,
    reason,
    encode() {},
    decode({ rows }, copied) {
      if (copied !== undefined) return gather(copied.data, copied.rows);
      return gather(makeData({ type: field.type, length: 0 }), new Int32Array(rows).fill(-1));
    },
    pick: (_slots, copied) => copied,
    toJSON: () => ({ kind: 'opaque', name: field.name, reason }),
  };
}

/** Every type no other kind accepts. */
export const opaque: ColumnKind = {
  kind: 'opaque',
  accepts: () => true,
  fit: (field) => ({ add() {}, finish: () => opaqueColumn(field, `${typeName(field.type)} values are not modelled`) }),
};
