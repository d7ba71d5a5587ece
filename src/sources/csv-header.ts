import { InputError } from '../errors.js';

/**
 * The names in a header, at `line` of a source. One may be missing, as that of the row names that pandas and R write; an InputError
 * where more are, and for repeated ones.
 */
export function csvHeader(
  names: readonly string[],
  position: { readonly source: string; readonly line: number },
): readonly string[] {
  const first = names.indexOf('');
  const second = names.indexOf('', first + 1);
  if (second > first)
    throw new InputError(
      `Expected every column but one to have a name, got none for column ${second + 1} too`,
      position,
    );
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    throw new InputError(`Expected different names for all columns, got \`${repeated}\` twice`, position);
  return names;
}
