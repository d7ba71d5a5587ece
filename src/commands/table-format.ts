import { extname } from 'node:path';

/** A format of tables that commands read and write. */
export type TableFormat = 'csv' | 'arrow';

/** The format that a path's extension stands for, undefined for other extensions. */
export function tableFormatOf(path: string): TableFormat | undefined {
  const extension = extname(path).toLowerCase();
  if (['.csv', '.tsv', '.txt'].includes(extension)) return 'csv';
  return ['.arrow', '.arrows', '.feather', '.ipc'].includes(extension) ? 'arrow' : undefined;
}

/** The delimiter that a path's extension stands for, undefined for other extensions. */
export function delimiterOf(path: string): string | undefined {
  return path.toLowerCase().endsWith('.tsv') ? '\t' : undefined;
}
