import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { tableFormatOf } from './table-format.js';
import { UsageError } from './usage-error.js';

/** A UsageError where the table stands behind an option that takes all words that follow it: standard input would be read in its place. */
export function requireFileFirst(command: Command): void {
  const { args, registeredArguments, options } = command;
  if (registeredArguments.at(-1)?.name() !== 'file' || args.length === registeredArguments.length) return;
  for (const option of options.filter(({ variadic }) => variadic)) {
    const words: readonly string[] = command.getOptionValue(option.attributeName()) ?? [];
    const file = words.find((word) => tableFormatOf(word) !== undefined && existsSync(word));
    if (file !== undefined)
      throw new UsageError(`Expected FILE before ${option.long}, which takes all that follows, got ${file} behind it`);
  }
}
