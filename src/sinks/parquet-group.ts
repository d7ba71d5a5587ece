import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import type { SchemaTree } from 'hyparquet/src/types.js';
import type { ParquetWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { writeDataPageV2 } from 'hyparquet-writer/src/datapage.js';
import { writeDictionaryPage } from 'hyparquet-writer/src/dictionary.js';
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js';
import type { ColumnEncoder, PageData, PageIndexes } from 'hyparquet-writer/src/types.js';
import { createWords } from '../batches/words.js';

/** A column of a row group. */
export interface GroupColumn {
  /** One for each row. */
  readonly values: unknown[];
  /** Where they are of a dictionary, its words in order, those that no row has included. */
  readonly words: readonly Uint8Array[] | undefined;
}

/** Bytes of a page before it is compressed. */
const PAGE_BYTES = 2 ** 20;

/**
 * Writes a row group, with a column for each child of `root`, the tree of the file's schema. Dictionaries keep their words and the order of these, which is that of
 * categories for pandas and others. (The writer of hyparquet has them in the order of the rows.)
 */
export function writeParquetGroup(
  file: ParquetWriter,
  { children, ...root }: SchemaTree,
  { columns, rows }: { readonly columns: readonly GroupColumn[]; readonly rows: number },
): void {
  const { writer } = file;
  const begin = writer.offset;
  const chunks = children.flatMap((child, i) => {
    const { values, words } = columns[i] as GroupColumn;
    // A dictionary without words, of a column of nulls, is not one that all readers take.
    const isDictionary = words !== undefined && words.length > 0;
    return leafPaths([{ ...root, children }, child]).map((path) => {
      const pageData = encodeNestedValues(path, values);
      const column = encoderOf(path, file);
      return isDictionary
        ? writeWords(file, column, { ...pageData, words })
        : writeColumn({ writer, column, pageData });
    });
  });
  file.pendingIndexes.push(...chunks);
  const size = chunks.reduce((sum, { chunk }) => sum + (chunk.meta_data?.total_uncompressed_size ?? 0n), 0n);
  file.num_rows += BigInt(rows);
  file.row_groups.push({
    columns: chunks.map(({ chunk }) => chunk),
    total_byte_size: size,
    num_rows: BigInt(rows),
    total_compressed_size: BigInt(writer.offset - begin),
  });
}

function leafPaths(path: readonly SchemaTree[]): SchemaTree[][] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0 ? [[...path]] : children.flatMap((child) => leafPaths([...path, child]));
}

function encoderOf(path: readonly SchemaTree[], { codec, statistics, ...file }: ParquetWriter): ColumnEncoder {
  const compressors = { SNAPPY: file.compressors.SNAPPY };
  const schemaPath = path.map(({ element }) => element);
  const columnName = schemaPath
    .slice(1)
    .map(({ name }) => name)
    .join('.');
  const element = schemaPath.at(-1) as SchemaElement;
  const indexes = { columnIndex: false, offsetIndex: true };
  return { columnName, element, schemaPath, codec, compressors, stats: statistics, pageSize: PAGE_BYTES, ...indexes };
}

/** Writes a column as a dictionary and one page of where its values are in it. */
function writeWords(
  { writer }: ParquetWriter,
  column: ColumnEncoder,
  { words, ...pageData }: PageData & { readonly words: readonly Uint8Array[] },
): PageIndexes {
  const begin = writer.offset;
  const { words: all, codeOf } = createWords<Uint8Array>();
  for (const word of words) codeOf(word);
  const values = pageData.values as readonly (Uint8Array | null)[];
  const codes = values.map((value) => (value === null ? null : codeOf(value)));
  const dictionarySize = writeDictionaryPage(writer, column, [...all]);
  const pagesFrom = writer.offset;
  const encoding = 'RLE_DICTIONARY' as const;
  const size = writeDataPageV2({ writer, column, encoding, pageData: { ...pageData, values: codes } });
  const used = [...new Set(codes)].flatMap((code) => (code === null ? [] : [all[code] as Uint8Array]));
  const [least, ...others] = used.sort(Buffer.compare);
  const nulls = codes.filter((code) => code === null).length;
  const metadata: ColumnMetaData = {
    type: 'BYTE_ARRAY',
    encodings: ['PLAIN', encoding],
    path_in_schema: column.schemaPath.slice(1).map(({ name }) => name),
    codec: column.codec,
    num_values: BigInt(codes.length),
    total_uncompressed_size: BigInt(dictionarySize + size),
    total_compressed_size: BigInt(writer.offset - begin),
    data_page_offset: BigInt(pagesFrom),
    dictionary_page_offset: BigInt(begin),
    statistics: {
      ...(least && { min_value: least, max_value: others.at(-1) ?? least }),
      null_count: BigInt(nulls),
    },
  };
  return { chunk: { meta_data: metadata, file_offset: BigInt(begin) } };
}
