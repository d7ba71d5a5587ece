import { Field } from 'apache-arrow';

/** Texts that stand for null in many files. */
export const KNOWN_MARKS: readonly string[] = [
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  'NULL',
  'null',
  '\\N',
  'nan',
  'None',
  '-',
  '--',
  '?',
];

/** Metadata in which a field of a CSV or of JSON keeps its marks. */
export type NullMarksKey = 'rx-augment:null' | 'rx-augment:json-null';

/** The texts that stand for null in a column, from CSV or JSON: one a line in its metadata. An empty one is an empty cell, or JSON's own null. */
export function nullMarksOf({ metadata }: Field): readonly string[] {
  const keys: readonly NullMarksKey[] = ['rx-augment:null', 'rx-augment:json-null'];
  return [...new Set(keys.flatMap((key) => metadata.get(key)?.split('\n') ?? []))];
}

/** What a column's nulls are written as: the first of its marks; empty where it has none. */
export function writtenNullOf({ metadata }: Field, key: NullMarksKey): string {
  return metadata.get(key)?.split('\n')[0] ?? '';
}

/** The field with these marks in place of its own, nulls being written as the first; as it is where all are empty. */
export function withNullMarks(field: Field, key: NullMarksKey, marks: readonly string[]): Field {
  const all = [...new Set(marks)];
  if (all.every((mark) => mark === '')) return field;
  return new Field(field.name, field.type, field.nullable, new Map([...field.metadata, [key, all.join('\n')]]));
}
