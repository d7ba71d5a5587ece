import { Data, type DataType, type Vector } from 'apache-arrow';

/** The parts of a column; all buffers belong to it alone, and start at its first row. */
export interface DataParts {
  readonly length: number;
  readonly nulls?: number;
  /** Undefined when no row is null. */
  readonly bitmap?: Uint8Array | undefined;
  readonly values?: ArrayBufferView | undefined;
  readonly offsets?: ArrayBufferView | undefined;
  readonly typeIds?: Int8Array;
  readonly children?: Data[];
  readonly dictionary?: Vector | undefined;
  /** The text of view types. */
  readonly views?: Uint8Array[];
}

/** Arrow data from its buffers, whatever the type: `makeData` wants the type known when compiling. */
export function buildData(type: DataType, parts: DataParts): Data {
  const { length, nulls = 0, bitmap, values, offsets, typeIds, children, dictionary, views } = parts;
  const buffers = { 0: offsets, 1: values, 2: bitmap, 3: typeIds } as ConstructorParameters<typeof Data>[4];
  return new Data(type, 0, length, nulls, buffers, children, dictionary, views);
}
