import { resolve, sep } from 'node:path';
import { isSameFile } from './is-same-file.js';
import { UsageError } from './usage-error.js';

/** Places of a command by what its help calls them; those that are not given, and `-`, are passed over. */
type Places = Readonly<Record<string, string | undefined>>;

/**
 * A UsageError where a place that will be written is one of the others, or a folder that holds it: it would be lost. Links are
 * followed to what is there.
 */
export function requireApart(written: Places, others: Places): void {
  for (const [name, place] of given(written)) {
    for (const [other, path] of given(others)) {
      if (!covers(place, path)) continue;
      const found = place === path ? `${path} for both` : `${place} and ${path}`;
      throw new UsageError(
        `Expected ${name} to be another place than ${other}, which it would overwrite, got ${found}`,
      );
    }
  }
}

function given(places: Places): [name: string, path: string][] {
  return Object.entries(places).flatMap(([name, path]) => (path === undefined || path === '-' ? [] : [[name, path]]));
}

function covers(place: string, path: string): boolean {
  return isSameFile(place, path) || `${resolve(path)}${sep}`.startsWith(`${resolve(place)}${sep}`);
}
