import { type Data, DataType, Field } from 'apache-arrow';
import { writtenNullOf } from '../batches/null-marks.js';
import { typeName } from '../batches/type-name.js';
import { appendAscii, appendByte, type ByteBuffer, reserve } from './byte-buffer.js';
import { type CellsOf, csvCells } from './csv-cells.js';
import type { TextAppender } from './csv-text.js';

/** Appends the value of a row as JSON; false, with nothing appended, where there is none. */
export type JsonCellWriter = (row: number, out: ByteBuffer) => boolean;

/** Metadata of numbers that are texts in a layout: in JSON others are plain numbers, whatever their layout elsewhere. */
const JSON_STRING = 'rx-augment:json-string';

/** How a field's values are written as JSON, nulls as their mark where they have one there; a TypeError for types that JSON cannot hold: binary, interval and union. */
export function jsonCells(field: Field): (data: Data) => JsonCellWriter {
  const type = DataType.isDictionary(field.type) ? (field.type.dictionary as DataType) : field.type;
  const { metadata } = field;
  const isString = metadata.has(JSON_STRING) || (isText(type) && !metadata.has('rx-augment:json'));
  const cells = textCells(field, isString ? appendString : appendRaw);
  const write = writerOf(type);
  const mark = Buffer.from(writtenNullOf(field, 'rx-augment:json-null'));
  return (data) => {
    const cell = cells(data);
    if (mark.length === 0) return (row, out) => write(cell, row, out);
    return (row, out) => {
      if (data.getValid(row)) return write(cell, row, out);
      appendString(out, mark, 0, mark.length);
      return true;
    };
  };
}

type Write = (cell: (row: number, out: ByteBuffer) => void, row: number, out: ByteBuffer) => boolean;

function writerOf(type: DataType): Write {
  if (DataType.isFloat(type)) {
    return (cell, row, out) => {
      const start = out.length;
      cell(row, out);
      const first = out.bytes[start] === MINUS ? out.bytes[start + 1] : out.bytes[start];
      if (out.length > start && (first === CAPITAL_N || first === CAPITAL_I)) out.length = start;
      return out.length > start;
    };
  }
  if (DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type) || DataType.isDecimal(type)) {
    return (cell, row, out) => {
      const start = out.length;
      appendByte(out, QUOTE);
      cell(row, out);
      if (out.length === start + 1) out.length = start;
      else appendByte(out, QUOTE);
      return out.length > start;
    };
  }
  return (cell, row, out) => {
    const start = out.length;
    cell(row, out);
    return out.length > start;
  };
}

/** The cells of CSV, which are digits as they should be; the spelling of booleans and nulls is JSON's own. */
function textCells(field: Field, appendText: TextAppender): CellsOf {
  const metadata = new Map(field.metadata);
  for (const key of ['rx-augment:boolean', 'rx-augment:null', 'rx-augment:json-null']) metadata.delete(key);
  if (!metadata.has(JSON_STRING)) metadata.delete('rx-augment:number');
  try {
    return csvCells(new Field(field.name, field.type, field.nullable, metadata), appendText);
  } catch (cause) {
    const found = typeName(field.type);
    throw new TypeError(`Expected column \`${field.name}\` to be of a type that JSON can hold, got \`${found}\``, {
      cause,
    });
  }
}

function isText(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
}

/** Text in quotes, with the escapes of RFC 8259. */
function appendString(out: ByteBuffer, source: Uint8Array, begin: number, end: number): void {
  reserve(out, 6 * (end - begin) + 2);
  appendByte(out, QUOTE);
  const { bytes } = out;
  let { length } = out;
  for (let i = begin; i < end; i += 1) {
    const byte = source[i] as number;
    if (byte < 32) {
      out.length = length;
      appendAscii(out, JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
      length = out.length;
      continue;
    }
    if (byte === QUOTE || byte === BACKSLASH) {
      bytes[length] = BACKSLASH;
      length += 1;
    }
    bytes[length] = byte;
    length += 1;
  }
  out.length = length;
  appendByte(out, QUOTE);
}

function appendRaw(out: ByteBuffer, source: Uint8Array, begin: number, end: number): void {
  reserve(out, end - begin);
  out.bytes.set(source.subarray(begin, end), out.length);
  out.length += end - begin;
}

const QUOTE = 34;
const MINUS = 45;
const CAPITAL_I = 73;
const CAPITAL_N = 78;
const BACKSLASH = 92;
