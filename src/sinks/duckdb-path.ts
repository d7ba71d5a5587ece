import { pathOf } from '../path-of.js';
import { valueText } from '../value-text.js';

/** The path of a DuckDB file, by itself or its `file:` URL. A TypeError for what is neither, and for an empty path. */
export function duckdbPath(place: string | URL): string {
  const path: unknown = pathOf(place);
  if (typeof path === 'string' && path !== '') return path;
  throw new TypeError(`Expected \`path\` to be that of a DuckDB file, got ${valueText(path)}`);
}
