import { DataType, Field, Schema } from 'apache-arrow';
import { valueText } from '../value-text.js';

/**
 * A TypeError for types that are none, or not those of the module `apache-arrow` that this library imports: another version, or the copy that
 * `require` loads, which Arrow does not take for its own.
 */
export function requireArrowTypes(given: Schema | Readonly<Record<string, DataType | Field>>): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`Expected a schema, or types by column, got ${valueText(given)}`);
  const fields =
    given instanceof Schema ? given.fields.map((field) => [field.name, field] as const) : Object.entries(given);
  for (const [name, field] of fields) {
    const type: unknown = field instanceof Field ? field.type : field;
    if (type instanceof DataType) continue;
    const isForeign = typeof type === 'object' && type !== null && 'typeId' in type;
    const isClass = typeof type === 'function' && type.prototype instanceof DataType;
    const found = isClass
      ? `a class: \`new ${type.name}()\` is a type`
      : isForeign
        ? 'one of another copy (another version, or loaded by `require`)'
        : valueText(type);
    throw new TypeError(`Expected a type of the apache-arrow that rx-augment imports for \`${name}\`, got ${found}`);
  }
}
