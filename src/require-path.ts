import { pathOf } from './path-of.js';
import { valueText } from './value-text.js';

/** The path of a place, by itself or its `file:` URL. A TypeError that says what was `expected` for what is neither, and for an empty path. */
export function requirePath(place: string | URL, expected: string): string {
  const path: unknown = pathOf(place);
  if (typeof path === 'string' && path !== '') return path;
  throw new TypeError(`Expected ${expected}, got ${valueText(path)}`);
}
