import { UsageError } from './usage-error.js';

/** A UsageError where more than one of the tables of a command is standard input, which can be read only once. */
export function requireOneStandardInput(files: Readonly<Record<string, string | undefined>>): void {
  const names = Object.keys(files).filter((name) => files[name] === '-');
  if (names.length > 1)
    throw new UsageError(`Expected one table on standard input at most, got ${names.join(' and ')} as -`);
}
