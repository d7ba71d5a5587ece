import type { Field } from 'apache-arrow';

/** Gives the empty name to fields that have none: the writer of apache-arrow leaves it out, its reader then says null, and copies say 'null'. */
export function nameFields(fields: readonly Field[]): void {
  for (const field of fields) {
    if (field.name === null) Object.assign(field, { name: '' });
    nameFields(field.type.children ?? []);
  }
}
