import { RecordBatch, Table } from 'apache-arrow';

/** A TypeError for what is no record batch: programs without types learn of it here. */
export function requireBatch(value: unknown): asserts value is RecordBatch {
  if (!(value instanceof RecordBatch)) throw new TypeError(`Expected a record batch, got ${nameOf(value)}`);
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  if (value instanceof Table) return 'a Table: emit its `batches`';
  if ('kind' in value && typeof value.kind === 'string') {
    return `a \`${value.kind}\` event: put augment() or the like between, or take the \`batch\` of each \`batch\` event`;
  }
  return Array.isArray(value) ? 'an array' : `an object of ${value.constructor?.name ?? 'no class'}`;
}
