import { catchError, type MonoTypeOperatorFunction } from 'rxjs';
import { InputError, SchemaMismatchError } from '../index.js';

/** Puts the input's name into errors that are about the table as a whole: no rows, no column to learn from, other columns. */
export function located<T>(name: string): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => {
    const aboutTable = error instanceof RangeError || error instanceof SchemaMismatchError;
    if (!aboutTable || error.message.includes(name)) throw error;
    throw new InputError(error.message, { source: name }, { cause: error });
  });
}
