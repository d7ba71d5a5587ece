import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { pace } from '../pace.js';
import { runInTurns } from '../run-parts.js';
import type { Codec } from './codec.js';
import type { Dependency } from './dependency.js';
import { createDependencySearch } from './dependency-search.js';

/** Finds which columns determine which others, in one pass over a table's batches. */
export interface DependencyFinder {
  /** Batches are of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  finish(): Dependency[];
}

/** Finds the dependencies of a codec's columns, among the values that come back exactly (see `createDependencySearch`). */
export function createDependencyFinder(codec: Codec): DependencyFinder {
  const columns = codec.storage === 'codes' ? exactColumns(codec) : [];
  const search = createDependencySearch(
    columns.map(({ name, exact: { codes, nullValue } }) => ({
      name,
      size: codes.length,
      nullValue,
      width: new Set(codes).size,
    })),
  );
  return {
    async add(batch) {
      const found = new Map<number, Int32Array>();
      for (const place of search.open) {
        const column = columns[place];
        if (column !== undefined) found.set(place, column.exact.find(childOf(batch, column.child)));
        await pace();
      }
      await runInTurns(search.add(found));
    },
    finish: search.finish,
  };
}

function exactColumns({ columns }: Codec) {
  return columns.flatMap((column, child) => {
    const exact = column.span === undefined ? undefined : column.exactValues?.();
    return exact === undefined ? [] : [{ name: column.name, child, exact }];
  });
}
