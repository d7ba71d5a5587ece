import { extname } from 'node:path';

/** The formats of tables that commands read and write. */
export const TABLE_FORMATS = ['csv', 'arrow', 'parquet', 'jsonl'] as const;

/** A format of tables that commands read and write. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

const EXTENSIONS: Readonly<Record<string, TableFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
  '.parquet': 'parquet',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
};

/** The format that a path's extension stands for, undefined for other extensions; .gz, .zst and .zstd behind it do not count. */
export function tableFormatOf(path: string): TableFormat | undefined {
  return EXTENSIONS[extname(withoutCompression(path)).toLowerCase()];
}

/** The delimiter that a path's extension stands for, undefined for other extensions. */
export function delimiterOf(path: string): string | undefined {
  return withoutCompression(path).toLowerCase().endsWith('.tsv') ? '\t' : undefined;
}

/** The format that a table's first bytes stand for: those of Arrow and Parquet begin with their mark, JSON Lines with an object, a JSON array of records with one in brackets. */
export function tableFormatOfBytes(head: Uint8Array): TableFormat {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('ARROW1') || text.startsWith('\xff\xff\xff\xff')) return 'arrow';
  if (text.startsWith('PAR1')) return 'parquet';
  return /^(\{\s*"|\[\s*\{)/.test(text) ? 'jsonl' : 'csv';
}

/** What data that is packed begins with. */
const PACKINGS = {
  gzip: '\x1f\x8b',
  zstd: '\x28\xb5\x2f\xfd',
  bzip2: 'BZh',
  xz: '\xfd7zXZ',
  zip: 'PK\x03\x04',
} as const;

/** What a table's first bytes say it is packed by; spreadsheets are zip archives, too. */
export function packingOfBytes(head: Uint8Array): keyof typeof PACKINGS | undefined {
  const text = Buffer.from(head).toString('latin1');
  return (Object.keys(PACKINGS) as (keyof typeof PACKINGS)[]).find((packing) => text.startsWith(PACKINGS[packing]));
}

function withoutCompression(path: string): string {
  return path.replace(/\.(gz|zstd?)$/i, '');
}
