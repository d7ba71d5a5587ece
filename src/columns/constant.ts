import type { Column } from './column.js';
import type { ColumnJsonOf } from './column-json.js';

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
    toJSON: () => ({ kind: 'constant', name: of.name, of: of.toJSON() as ColumnJsonOf<'constant'>['of'] }),
  };
}
