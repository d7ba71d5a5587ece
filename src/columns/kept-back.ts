import type { Column } from './column.js';

/** The rows of the training data whose texts a column knows nothing of, because few records share them or there were too many. */
export function rowsKeptBack(column: Column): number {
  const json = column.toJSON();
  if (json.kind !== 'categorical' || json.rare === undefined || json.rare.complete) return 0;
  return json.rare.rows - json.rare.values.reduce((total, [, rows]) => total + rows, 0);
}
