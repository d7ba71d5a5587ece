import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import { pace } from '../pace.js';
import { runInTurns } from '../run-parts.js';
import type { Codec } from './codec.js';
import type { Dependency } from './dependency.js';
import { createDependencySearch, type DependencySearch, type NumberedColumn } from './dependency-search.js';
import type { ExactValues } from './exact-values.js';

/** Finds which columns determine which others, in one pass over a table's batches. */
export interface DependencyFinder {
  /** Batches are of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** The dependencies, but for those of columns named. */
  finish(without: ReadonlySet<string>): Dependency[];
}

/** A column whose values come back exactly. */
interface ExactColumn extends NumberedColumn {
  readonly child: number;
  readonly exact: ExactValues;
}

/** Finds the dependencies of a codec's columns, among the values that come back exactly (see `createDependencySearch`). */
export function createDependencyFinder(codec: Codec): DependencyFinder {
  let columns: readonly ExactColumn[] | undefined;
  let search: DependencySearch | undefined;
  return {
    async add(batch) {
      columns ??= codec.storage === 'codes' ? await exactColumns(codec) : [];
      search ??= createDependencySearch(columns);
      const found = new Map<number, Int32Array>();
      for (const place of search.open) {
        await pace();
        const { exact, child } = columns[place] as ExactColumn;
        found.set(place, exact.find(childOf(batch, child)));
      }
      await runInTurns(search.add(found));
    },
    finish: (without) => search?.finish(without) ?? [],
  };
}

async function exactColumns({ columns, differences }: Codec): Promise<ExactColumn[]> {
  const found: ExactColumn[] = [];
  for (const [child, column] of columns.entries()) {
    await pace();
    // What is a difference has other codes than its values.
    const isDifference = differences.some((difference) => difference.column === column.name);
    const exact = column.span === undefined || isDifference ? undefined : column.exactValues?.();
    if (exact === undefined) continue;
    const { codes, nullValue } = exact;
    found.push({ name: column.name, size: codes.length, nullValue, width: new Set(codes).size, child, exact });
  }
  return found;
}
