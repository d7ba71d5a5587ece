/** A name as SQL writes it, whatever is in it: in double quotes, inner ones doubled. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table, in a schema where one is named. RangeError for empty names. */
export function quotedTable(table: string, schema?: string): string {
  for (const name of [table, schema]) {
    if (name === '') throw new RangeError('Expected the name of a table, got an empty text');
  }
  return schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;
}
