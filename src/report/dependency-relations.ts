import { createDependencySearch } from '../columns/dependency-search.js';
import type { Parts } from '../run-parts.js';
import type { SampledColumn } from './column-values.js';
import { type CommonValues, commonValues } from './common-values.js';
import type { Relation } from './relation.js';

/** In place of what goes with a value of a key that is not known. */
const UNKNOWN = -2;

/**
 * Which columns determine which others, but for those named, as far as values go that five rows or more share (see
 * `createDependencySearch`).
 */
export function* dependencyRelations(real: readonly SampledColumn[], without: ReadonlySet<string>): Parts<Relation[]> {
  const columns: CommonValues[] = [];
  for (const column of real) {
    columns.push(commonValues(column));
    yield;
  }
  const search = createDependencySearch(columns);
  yield* search.add(
    new Map(Array.from(search.open, (c) => [c, columns[c]?.find(real[c] as SampledColumn) as Int32Array])),
  );
  const placeOf = (name: string) => columns.findIndex((column) => column.name === name);
  return search.finish(without).flatMap(({ key, columns: determined, records }) =>
    determined.map((column, i): Relation => {
      const [k, c] = [placeOf(key), placeOf(column)];
      const expected = new Int32Array(columns[k]?.size ?? 0).fill(UNKNOWN);
      for (const record of records) expected[record[0] as number] = record[i + 1] as number;
      return {
        kind: 'dependency',
        text: `${key} determines ${column}`,
        on(table) {
          const [keys, values] = [k, c].map((place) => columns[place]?.find(table[place] as SampledColumn));
          return (row) => {
            const value = expected[keys?.[row] as number] ?? UNKNOWN;
            return value === UNKNOWN ? undefined : values?.[row] === value;
          };
        },
      };
    }),
  );
}
