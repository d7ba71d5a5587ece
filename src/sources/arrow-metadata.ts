import { type FlatShape, type FlatTable, readFlatbuffer } from './flatbuffer.js';

/** Positions of fields in the tables below. */
export const MESSAGE = { version: 0, headerType: 1, header: 2 } as const;
export const FOOTER = { version: 0, schema: 1 } as const;
export const SCHEMA = { endianness: 0, fields: 1 } as const;
export const FIELD = { name: 0, typeType: 2, children: 5 } as const;

/** The tables of Message.fbs, File.fbs and Schema.fbs of the Arrow format, version 1.5. */
const keyValue: FlatShape = ['text', 'text'];
const customMetadata = { tables: () => keyValue };
const int: FlatShape = [4, 1];
const dictionaryEncoding: FlatShape = [8, { table: () => int }, 1, 2];
const types: readonly FlatShape[] = [
  [], // none
  [], // null
  int,
  [2], // floating point
  [], // binary
  [], // utf8
  [], // bool
  [4, 4, 4], // decimal
  [2], // date
  [2, 4], // time
  [2, 'text'], // timestamp
  [2], // interval
  [], // list
  [], // struct
  [2, { items: 4 }], // union
  [4], // fixed-size binary
  [4], // fixed-size list
  [1], // map
  [2], // duration
];
const field: FlatShape = [
  'text',
  1,
  1,
  { union: types },
  { table: () => dictionaryEncoding },
  { tables: () => field },
  customMetadata,
];
const schema: FlatShape = [2, { tables: () => field }, customMetadata, { items: 8 }];
const recordBatch: FlatShape = [8, { items: 16 }, { items: 16 }, { table: () => [1, 1] }, { items: 8 }];
const dictionaryBatch: FlatShape = [8, { table: () => recordBatch }, 1];
const message: FlatShape = [2, 1, { union: [undefined, schema, dictionaryBatch, recordBatch] }, 8, customMetadata];
const footer: FlatShape = [2, { table: () => schema }, { items: 24 }, { items: 24 }, customMetadata];

/** The metadata of a message, known to lie within its bytes; a RangeError where it does not. */
export function readMessage(bytes: Uint8Array): FlatTable {
  return readFlatbuffer(bytes, message);
}

/** The footer of a file, known to lie within its bytes; a RangeError where it does not. */
export function readFooter(bytes: Uint8Array): FlatTable {
  return readFlatbuffer(bytes, footer);
}
