import type { RecordBatch } from 'apache-arrow';
import type { Codec, CodecRelations } from './codec.js';
import { createDependencyFinder } from './dependency-finder.js';
import type { NumberRule } from './number-rule.js';
import { createRuleFinder } from './rule-finder.js';

/** Finds what holds between the columns of a codec, in one pass over a table's batches. */
export interface RelationFinder {
  /** Batches of some thousand rows at most, of the codec's schema; to be awaited before the next call. */
  add(batch: RecordBatch): Promise<void>;
  /** To be called once. */
  finish(): Promise<CodecRelations>;
}

/** Rules of numbers, dependencies of columns that do not follow by a formula, and no orders of what dependencies settle. */
export function createRelationFinder(codec: Codec): RelationFinder {
  const dependencies = createDependencyFinder(codec);
  const rules = createRuleFinder(codec);
  return {
    async add(batch) {
      await dependencies.add(batch);
      await rules.add(batch);
    },
    async finish() {
      const found = await rules.finish();
      const derived = new Set(found.flatMap((rule) => (rule.kind === 'order' ? [] : [rule.column])));
      const determined = dependencies.finish(derived);
      const settled = new Set(determined.flatMap(({ key, columns }) => [key, ...columns]));
      const isOpen = (rule: NumberRule) => rule.kind !== 'order' || (!settled.has(rule.low) && !settled.has(rule.high));
      return { dependencies: determined, rules: found.filter(isOpen) };
    },
  };
}
