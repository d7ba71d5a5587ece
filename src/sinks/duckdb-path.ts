import { requirePath } from '../require-path.js';

/** The path of a DuckDB file, by itself or its `file:` URL. A TypeError for what is neither, and for an empty path. */
export function duckdbPath(place: string | URL): string {
  return requirePath(place, '`path` to be that of a DuckDB file');
}
