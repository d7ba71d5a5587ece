/** Thrown when a stream's schema is not the one a fitted model was trained on. Field: `column`, where one is to blame. */
export class SchemaMismatchError extends TypeError {
  override readonly name = 'SchemaMismatchError';
  constructor(
    message: string,
    readonly column?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Where in an input something unreadable stands; every field counts from 1. */
export interface InputPosition {
  /** The path, or `standard input`. */
  readonly source?: string;
  /** The line of the file, the header being line 1. */
  readonly line?: number;
  /** The record, the first after the header being 1. */
  readonly row?: number;
  /** The column's name. */
  readonly column?: string;
}

/** Thrown when an input's bytes cannot be read as what they should be: a ragged CSV row, a truncated Arrow file. */
export class InputError extends SyntaxError {
  override readonly name = 'InputError';
  constructor(
    message: string,
    readonly position: InputPosition = {},
    options?: ErrorOptions,
  ) {
    super(`${message}${placeOf(position)}`, options);
  }
}

/** Thrown when a saved model's folder cannot be used: a file missing, changed since it was saved, or of another version. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** Thrown when a computation in a worker cannot go on: a worker that died, a kernel without a translation, a loss that is not finite. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

function placeOf({ source, line, row, column }: InputPosition): string {
  const parts = [
    source,
    line === undefined ? undefined : `line ${line}`,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column \`${column}\``,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
