import type { ColumnMetaData, Compressors } from 'hyparquet';
import type { DataReader, PageHeader } from 'hyparquet/src/types.js';
import { decodeValues, type ValueKind } from './decode-values.js';
import { readRuns } from './read-runs.js';
import { unpackPage } from './unpack-page.js';

/** What the pages of a column chunk have in common. */
export interface PageColumn extends ValueKind {
  readonly metadata: ColumnMetaData;
  /** The highest definition level and the highest repetition level. */
  readonly deepest: number;
  readonly innermost: number;
  readonly compressors: Compressors;
}

/** A page of values. */
export interface DecodedPage {
  /** Of each entry; undefined in columns that have none. */
  readonly definitions: Uint8Array | undefined;
  readonly repetitions: Uint8Array | undefined;
  /** Of the entries that are there: physical values, or places in the dictionary. */
  readonly values: ArrayLike<unknown>;
  readonly isCoded: boolean;
}

/** Decodes a page of values, of either version. Errors of any kind where it is damaged. */
export function decodePage(page: Uint8Array, header: PageHeader, column: PageColumn): DecodedPage {
  const { data_page_header: first, data_page_header_v2: second, uncompressed_page_size: size } = header;
  const { metadata, deepest, innermost, compressors } = column;
  if (second === undefined) {
    const reader = readerOf(unpackPage(page, size, metadata, compressors));
    const sized = (most: number) => {
      if (most === 0) return undefined;
      const bytes = reader.view.getUint32(reader.offset, true);
      reader.offset += 4;
      return levelsOf(reader, most, first?.num_values ?? 0, bytes);
    };
    const repetitions = sized(innermost);
    return pageOf(reader, { repetitions, definitions: sized(deepest) }, first, column);
  }
  const { num_values: count, repetition_levels_byte_length: above, definition_levels_byte_length: below } = second;
  if (!(above >= 0 && below >= 0 && above + below <= page.length))
    throw new RangeError(`${above + below} bytes of levels in a page of ${page.length}`);
  const reader = readerOf(page);
  const repetitions = levelsOf(reader, innermost, count, above);
  const definitions = levelsOf(reader, deepest, count, below);
  const packed = page.subarray(above + below);
  const isPacked = second.is_compressed !== false;
  const bytes = isPacked ? unpackPage(packed, size - above - below, metadata, compressors) : packed;
  return pageOf(readerOf(bytes), { repetitions, definitions }, second, column);
}

function readerOf(bytes: Uint8Array): DataReader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

/** Levels from 0 to `most`, in the next so many bytes. */
function levelsOf(reader: DataReader, most: number, count: number, bytes: number): Uint8Array | undefined {
  const end = reader.offset + bytes;
  const levels = most > 0 ? new Uint8Array(count) : undefined;
  if (levels !== undefined) readRuns(reader, 32 - Math.clz32(most), levels);
  const wrong = levels?.find((level) => level > most);
  if (wrong !== undefined) throw new RangeError(`a level of ${wrong} where ${most} is the highest`);
  reader.offset = end;
  return levels;
}

/** A page of its levels and the values behind them. */
function pageOf(
  reader: DataReader,
  { repetitions, definitions }: Pick<DecodedPage, 'definitions' | 'repetitions'>,
  { num_values: entries = 0, encoding = '' }: { num_values?: number; encoding?: string } = {},
  column: PageColumn,
): DecodedPage {
  // Of the entries of lists, writers count other ones as nulls.
  const missing = definitions?.reduce((nulls, level) => nulls + Number(level < column.deepest), 0) ?? 0;
  const values = decodeValues(reader, encoding, entries - missing, column);
  return { definitions, repetitions, values, isCoded: encoding.endsWith('_DICTIONARY') };
}
