import { type DataType, Field } from 'apache-arrow';

/** The field of a column whose type was given; a field's metadata says how values are spelled. */
export function givenField(name: string, given: DataType | Field): Field {
  return given instanceof Field
    ? new Field(name, given.type, given.nullable, given.metadata)
    : new Field(name, given, true);
}
