import { InputError } from '../errors.js';

/** The names in a header, at `line` of a source; an InputError where one is missing or repeated. */
export function csvHeader(
  names: readonly string[],
  position: { readonly source: string; readonly line: number },
): readonly string[] {
  const unnamed = names.indexOf('');
  if (unnamed >= 0)
    throw new InputError(`Expected every column to have a name, got none for column ${unnamed + 1}`, position);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    throw new InputError(`Expected different names for all columns, got \`${repeated}\` twice`, position);
  return names;
}
