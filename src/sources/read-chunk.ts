import type { ColumnMetaData, Compressors } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import type { DataReader, PageHeader, SchemaTree } from 'hyparquet/src/types.js';
import { pace } from '../pace.js';
import { checkThrift } from './check-thrift.js';
import { decodePage } from './decode-page.js';
import { decodeValues } from './decode-values.js';
import { unpackPage } from './unpack-page.js';

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
  const schemaPath = [...path];
  const { element } = schemaPath.at(-1) as SchemaTree;
  const { type } = metadata;
  const [deepest, innermost] = [getMaxDefinitionLevel(schemaPath), getMaxRepetitionLevel(schemaPath)];
  const column = { metadata, type, element, deepest, innermost, compressors };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const length = Number(metadata.num_values);
  const repetitions = innermost > 0 ? new Uint8Array(length) : undefined;
  const definitions = deepest > 0 ? new Uint8Array(length) : undefined;
  const pages: ArrayLike<unknown>[] = [];
  let words: readonly unknown[] = [];
  for (let entries = 0; entries < length; ) {
    await pace();
    const header = headerOf(reader);
    const packed = header.compressed_page_size;
    // Damaged headers may have none: reading would go on from the beginning, forever.
    if (!(packed >= 0)) throw new RangeError(`a page of ${packed} bytes`);
    const page = new Uint8Array(bytes.buffer, bytes.byteOffset + reader.offset, packed);
    reader.offset += packed;
    const size = (header.data_page_header_v2 ?? header.data_page_header)?.num_values ?? 0;
    if (header.type === 'DICTIONARY_PAGE') words = dictionaryOf(page, header);
    else if (header.type === 'INDEX_PAGE') continue;
    else if (!(size >= 0 && entries + size <= length)) throw new RangeError(`${entries + size} values for ${length}`);
    else {
      const { values, isCoded, ...levels } = decodePage(page, header, column);
      if (levels.definitions !== undefined) definitions?.set(levels.definitions, entries);
      if (levels.repetitions !== undefined) repetitions?.set(levels.repetitions, entries);
      pages.push(isCoded ? wordsOf(values as ArrayLike<number>) : stored(values));
      entries += size;
    }
  }
  const values = joined(pages);
  return { length, definitions: values.length < length ? definitions : undefined, repetitions, deepest, values, words };

  function dictionaryOf(page: Uint8Array, header: PageHeader): readonly unknown[] {
    const bytes = unpackPage(page, header.uncompressed_page_size, metadata, compressors);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = header.dictionary_page_header?.num_values ?? 0;
    return Array.from(stored(decodeValues({ view, offset: 0 }, 'PLAIN', count, column)));
  }

  function wordsOf(codes: ArrayLike<number>): unknown[] {
    const found: unknown[] = new Array(codes.length);
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] as number;
      if (!(code < words.length)) throw new RangeError(`word ${code} of a dictionary of ${words.length}`);
      found[i] = words[code];
    }
    return found;
  }

  function stored(values: ArrayLike<unknown>): ArrayLike<unknown> {
    return type === 'INT96' ? Array.from(values as ArrayLike<bigint>, nanosecondsOf) : values;
  }
}

function headerOf(reader: DataReader): PageHeader {
  checkThrift(reader);
  const { data_page_header_v2: second, data_page_header: first, ...rest } = parquetHeader(reader);
  // Damaged headers may be of several kinds.
  return {
    ...rest,
    ...(rest.type === 'DATA_PAGE_V2' && second && { data_page_header_v2: second }),
    ...(rest.type === 'DATA_PAGE' && first && { data_page_header: first }),
  };
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
