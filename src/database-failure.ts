/** What a database says, in one line, with where it says that it happened; `expected` begins the sentence. */
export function databaseFailure(expected: string, cause: unknown): Error {
  const { message, where, code } = cause as Error & { where?: string; code?: string };
  const place = where === undefined ? '' : `, ${where}`;
  const found = `${message}${place}`.replaceAll(/\s+/g, ' ').trim() || code || 'an unknown failure';
  return new Error(`${expected}, got: ${found}`, { cause });
}
