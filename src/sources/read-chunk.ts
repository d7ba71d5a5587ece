import type { ColumnMetaData, Compressors } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import type { ColumnDecoder, DataPage, DataPageHeaderV2, PageHeader, SchemaTree } from 'hyparquet/src/types.js';
import { pace } from '../pace.js';

/** A column of one row group as it is stored. */
export interface ColumnChunk {
  /** Entries, those that are null or stand for an empty list included. */
  readonly length: number;
  /** How much of its path each entry has; all of it where there are no levels. */
  readonly definitions: Uint8Array | undefined;
  /** In which list an entry goes on, 0 where a row begins; undefined for columns without lists. */
  readonly repetitions: Uint8Array | undefined;
  /** The definition level of what is there. */
  readonly deepest: number;
  /** Of the entries that are there: integers, floats, booleans and bytes, as they are stored. */
  readonly values: ArrayLike<unknown>;
  /** The dictionary's values, the very objects that are in `values`. */
  readonly words: readonly unknown[];
}

/** Bytes, and what the file's footer says of them. */
export interface PackedChunk {
  readonly bytes: Uint8Array;
  readonly metadata: ColumnMetaData;
  readonly path: readonly SchemaTree[];
}

/**
 * Unpacks and decodes the pages of a column chunk. Errors of any kind where they are damaged. Gives way to the event loop between
 * pages.
 */
export async function readChunk(
  { bytes, metadata, path }: PackedChunk,
  compressors: Compressors,
): Promise<ColumnChunk> {
  const { codec, type, path_in_schema: pathInSchema } = metadata;
  const schemaPath = [...path];
  const { element } = schemaPath.at(-1) as SchemaTree;
  const decoder = { pathInSchema, type, element, schemaPath, codec, compressors, parsers: DEFAULT_PARSERS };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const length = Number(metadata.num_values);
  const deepest = getMaxDefinitionLevel(schemaPath);
  const repetitions = getMaxRepetitionLevel(schemaPath) > 0 ? new Uint8Array(length) : undefined;
  const definitions = deepest > 0 ? new Uint8Array(length) : undefined;
  const pages: ArrayLike<unknown>[] = [];
  let words: readonly unknown[] = [];
  for (let entries = 0; entries < length; ) {
    await pace();
    const { data_page_header_v2: second, data_page_header: first, ...rest } = parquetHeader(reader);
    // Damaged headers may be of several kinds.
    const header: PageHeader = {
      ...rest,
      ...(rest.type === 'DATA_PAGE_V2' && second && { data_page_header_v2: second }),
      ...(rest.type === 'DATA_PAGE' && first && { data_page_header: first }),
    };
    const packed = header.compressed_page_size;
    // Damaged headers may have none: reading would go on from the beginning, forever.
    if (!(packed >= 0)) throw new RangeError(`a page of ${packed} bytes`);
    const page = new Uint8Array(bytes.buffer, bytes.byteOffset + reader.offset, packed);
    reader.offset += packed;
    const size = (header.data_page_header_v2 ?? header.data_page_header)?.num_values ?? 0;
    if (header.type === 'DICTIONARY_PAGE') words = dictionaryOf(page, header, decoder);
    else if (header.type === 'INDEX_PAGE') continue;
    else if (!(size >= 0 && entries + size <= length)) throw new RangeError(`${entries + size} values for ${length}`);
    else {
      const { dataPage, ...levels } = dataPageOf(page, header, decoder);
      // Levels that are all the same may be left out.
      if (levels.definitionLevels?.length) definitions?.set(levels.definitionLevels, entries);
      else definitions?.fill(deepest, entries, entries + size);
      if (levels.repetitionLevels.length > 0) repetitions?.set(levels.repetitionLevels, entries);
      pages.push(dataPage);
      entries += size;
    }
  }
  const values = joined(pages);
  return { length, definitions: values.length < length ? definitions : undefined, repetitions, deepest, values, words };

  function dataPageOf(page: Uint8Array, header: PageHeader, decoder: ColumnDecoder): DataPage {
    const { data_page_header: first, data_page_header_v2: second, uncompressed_page_size: size } = header;
    const encoding = first?.encoding ?? second?.encoding ?? '';
    const decoded = second
      ? readDataPageV2(
          page,
          { ...header, data_page_header_v2: { ...second, num_nulls: nullsOf(page, second) } },
          decoder,
        )
      : readDataPage(decompressPage(page, size, codec, compressors), first as NonNullable<typeof first>, decoder);
    if (!encoding.endsWith('_DICTIONARY')) return { ...decoded, dataPage: stored(decoded.dataPage) };
    const codes = decoded.dataPage as ArrayLike<number>;
    const dataPage: unknown[] = new Array(codes.length);
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] as number;
      if (!(code < words.length)) throw new RangeError(`word ${code} of a dictionary of ${words.length}`);
      dataPage[i] = words[code];
    }
    return { ...decoded, dataPage };
  }

  /** Entries that are not there, by the levels: of those of lists writers count others. */
  function nullsOf(page: Uint8Array, header: DataPageHeaderV2): number {
    const { num_values: count, repetition_levels_byte_length: offset, definition_levels_byte_length: size } = header;
    if (deepest === 0) return 0;
    const levels: number[] = new Array(count);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    readRleBitPackedHybrid({ view, offset }, 32 - Math.clz32(deepest), levels, size);
    return levels.reduce((nulls, level) => nulls + Number(level < deepest), 0);
  }

  function dictionaryOf(page: Uint8Array, header: PageHeader, { element }: ColumnDecoder): readonly unknown[] {
    const bytes = decompressPage(page, header.uncompressed_page_size, codec, compressors);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = header.dictionary_page_header?.num_values ?? 0;
    return Array.from(stored(readPlain({ view, offset: 0 }, type, count, element.type_length)));
  }

  function stored(values: DataPage['dataPage']): DataPage['dataPage'] {
    return type === 'INT96' ? Array.from(values as bigint[], nanosecondsOf) : values;
  }
}

/** One array of all, a typed one where they are of one type. */
function joined(pages: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first] = pages;
  if (pages.length === 1 && first !== undefined) return first;
  if (first instanceof Float32Array || first instanceof Float64Array || first instanceof Int32Array) {
    const Kind = first.constructor as Float32ArrayConstructor;
    if (pages.every((page) => page instanceof Kind)) {
      const all = new Kind(pages.reduce((size, { length }) => size + length, 0));
      let at = 0;
      for (const page of pages) {
        all.set(page as Float32Array, at);
        at += page.length;
      }
      return all;
    }
  }
  const all: unknown[] = [];
  for (const page of pages) for (let i = 0; i < page.length; i += 1) all.push(page[i]);
  return all;
}

const JULIAN_DAY_OF_1970 = 2_440_588n;
const NANOSECONDS_PER_DAY = 86_400_000_000_000n;

/** INT96: nanoseconds of a day in the lower 64 bits, the Julian day in the upper 32. */
function nanosecondsOf(value: bigint): bigint {
  return ((value >> 64n) - JULIAN_DAY_OF_1970) * NANOSECONDS_PER_DAY + (value & 0xffff_ffff_ffff_ffffn);
}
