import type { RecordBatch } from 'apache-arrow';
import type { Codec, CodecRelations } from './codec.js';
import { createDependencyFinder } from './dependency-finder.js';
import { createRuleFinder } from './rule-finder.js';

/** Finds what holds between the columns of a codec, in one pass over a table's batches. */
export interface RelationFinder {
  /** Batches of some thousand rows at most, of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** To be called once. */
  finish(): Promise<CodecRelations>;
}

/** Dependencies, and rules of numbers that do not change what dependencies settle. */
export function createRelationFinder(codec: Codec): RelationFinder {
  const dependencies = createDependencyFinder(codec);
  const rules = createRuleFinder(codec);
  return {
    async add(batch) {
      await dependencies.add(batch);
      await rules.add(batch);
    },
    async finish() {
      const found = dependencies.finish();
      const settled = new Set(found.flatMap(({ key, columns }) => [key, ...columns]));
      return { dependencies: found, rules: await rules.finish(settled) };
    },
  };
}
