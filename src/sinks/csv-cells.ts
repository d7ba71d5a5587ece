import { type Data, DataType, Field, type Float, type Int, Precision, Vector } from 'apache-arrow';
import { dateLayoutOf } from '../batches/date-layout.js';
import { nullMarksOf, writtenNullOf } from '../batches/null-marks.js';
import { type NumberFormat, numberFormatOf, numberWriter } from '../batches/number-format.js';
import { type NumberLayout, numberLayoutOf } from '../batches/number-layout.js';
import { typeName } from '../batches/type-name.js';
import { appendAscii, appendInteger, type ByteBuffer, byteBuffer } from './byte-buffer.js';
import { appendQuoted, type TextAppender } from './csv-text.js';
import { isJson, jsonValue } from './json-value.js';
import { scalarText } from './scalar-text.js';

/** Appends the cell of a row. */
export type CellWriter = (row: number, out: ByteBuffer) => void;

/** Prepares a column of one batch for writing. */
export type CellsOf = (data: Data) => CellWriter;

/**
 * How a field's values are written to CSV; made once per schema, then given each batch's column. Nulls are left empty, or are the
 * mark that the field's metadata has for them; texts that are one of its marks are in quotes.
 *
 * `appendText` writes what may need quotes; other texts are digits, letters and `+-.:` and go out as they are; dates and numbers of a layout may have other characters.
 * A TypeError for types that CSV cannot hold: binary, interval and union.
 */
export function csvCells(field: Field, appendText: TextAppender): CellsOf {
  const cells = cellsOf(field, besides(nullMarksOf(field), appendText));
  const mark = Buffer.from(writtenNullOf(field, 'rx-augment:null'));
  return (data) => {
    if (DataType.isNull(data.type)) return () => {};
    const write = cells(data);
    const { nullCount, nullBitmap, offset } = data;
    if (nullCount === 0 || !nullBitmap?.byteLength) return write;
    return (row, out) => {
      const bit = offset + row;
      if (((nullBitmap[bit >> 3] as number) >> (bit & 7)) & 1) write(row, out);
      else if (mark.length > 0) appendText(out, mark, 0, mark.length);
    };
  };
}

/** Appends texts in quotes that would be read as null without. */
function besides(marks: readonly string[], appendText: TextAppender): TextAppender {
  if (marks.length === 0) return appendText;
  const encoded = marks.map((mark) => Buffer.from(mark));
  const isMark = (source: Uint8Array, begin: number, end: number) =>
    encoded.some((mark) => mark.length === end - begin && mark.every((byte, i) => source[begin + i] === byte));
  return (out, source, begin, end) =>
    isMark(source, begin, end) ? appendQuoted(out, source, begin, end) : appendText(out, source, begin, end);
}

function cellsOf(field: Field, appendText: TextAppender): CellsOf {
  const { type, metadata } = field;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return utf8Cells(appendText);
  const layout = DataType.isInt(type) || DataType.isFloat(type) ? numberLayoutOf(field) : undefined;
  if (layout !== undefined) return layoutCells(type, layout, appendText);
  if (DataType.isInt(type) || DataType.isDuration(type)) return integerCells;
  if (DataType.isFloat(type)) return floatCells(type, metadata);
  if (DataType.isBool(type)) return booleanCells(metadata.get('rx-augment:boolean'), appendText);
  if (DataType.isDictionary(type)) return dictionaryCells(field, type.dictionary, appendText);
  if (DataType.isNull(type)) return () => () => {};
  const textOf = scalarText(field);
  if (textOf !== undefined) {
    const hasLayout = dateLayoutOf(field) !== undefined;
    return (data) => {
      const text = textOf(data);
      if (hasLayout) {
        const cell = byteBuffer(64);
        return (row, out) => {
          cell.length = 0;
          appendAscii(cell, text(row));
          appendText(out, cell.bytes, 0, cell.length);
        };
      }
      return (row, out) => appendAscii(out, text(row));
    };
  }
  if (DataType.isUtf8View(type)) {
    return (data) => {
      const vector = new Vector([data]);
      return (row, out) => appendString(appendText, out, String(vector.get(row)));
    };
  }
  if (isJson(type)) return (data) => (row, out) => appendString(appendText, out, JSON.stringify(jsonValue(data, row)));
  throw new TypeError(`Expected column \`${field.name}\` to be of a type that CSV can hold, got \`${typeName(type)}\``);
}

function utf8Cells(appendText: TextAppender): CellsOf {
  return ({ values, valueOffsets }) => {
    if (valueOffsets instanceof Int32Array)
      return (row, out) => appendText(out, values, valueOffsets[row] as number, valueOffsets[row + 1] as number);
    return (row, out) => appendText(out, values, Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
  };
}

function integerCells({ values }: Data): CellWriter {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    // Two 32-bit halves, little-endian: most integers fit a number, which is much faster than a bigint.
    const least = values instanceof BigInt64Array ? -2097152 : 0;
    const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    return (row, out) => {
      const high = halves[2 * row + 1] as number;
      if (high >= least && high < 2097152) appendInteger(out, high * 4294967296 + ((halves[2 * row] as number) >>> 0));
      else appendAscii(out, String(values[row]));
    };
  }
  return (row, out) => appendInteger(out, values[row] as number);
}

function floatCells(type: Float, metadata: Field['metadata']): CellsOf {
  const format = numberFormatOf(metadata);
  const write = format.decimals === undefined ? numberWriter(format) : losslessWriter(format);
  const floatsOf = floatsIn(type);
  return (data) => {
    const valueAt = floatsOf(data);
    return (row, out) => appendAscii(out, write(valueAt(row)));
  };
}

/** The numbers of a column of floats, those of single precision with the fewest digits that stand for them. */
function floatsIn({ precision }: Float): (data: Data) => (row: number) => number {
  if (precision === Precision.SINGLE)
    return ({ values }) =>
      (row) =>
        shortestFloat32(values[row] as number);
  if (precision === Precision.DOUBLE)
    return ({ values }) =>
      (row) =>
        values[row] as number;
  return (data) => {
    const vector = new Vector([data]);
    return (row) => Number(vector.get(row));
  };
}

/** Bytes of a number in a layout, at most. */
const LONGEST_NUMBER = 512;

function layoutCells(type: Float | Int, { write }: NumberLayout, appendText: TextAppender): CellsOf {
  const numbersOf = DataType.isFloat(type)
    ? floatsIn(type)
    : ({ values }: Data) =>
        (row: number) =>
          values[row] as number | bigint;
  const cell = Buffer.alloc(LONGEST_NUMBER);
  return (data) => {
    const valueAt = numbersOf(data);
    return (row, out) => {
      const value = valueAt(row);
      appendText(out, cell, 0, cell.write(write(value) ?? String(value)));
    };
  };
}

/** Writes in a format, or in full what the format would round: a record that passes through must come out as it came. */
function losslessWriter(format: NumberFormat): (value: number) => string {
  const write = numberWriter(format);
  return (value) => {
    const text = write(value);
    return Number(text) === value ? text : String(value);
  };
}

/** The float64 with the fewest digits that rounds to this float32: 0.1 for 0.10000000149011612. Six digits find the shorter ones too, but for subnormal numbers. */
function shortestFloat32(value: number): number {
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits <= 8; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  const longest = Number(value.toPrecision(9));
  return Math.fround(longest) === value ? longest : value;
}

function booleanCells(spelling: string | undefined, appendText: TextAppender): CellsOf {
  const [yes, no] = (/^[^/]+\/[^/]+$/.test(spelling ?? '') ? (spelling as string) : 'true/false').split('/');
  const texts = [Buffer.from(no as string), Buffer.from(yes as string)];
  return ({ values, offset }) =>
    (row, out) => {
      const bit = offset + row;
      const text = texts[((values[bit >> 3] as number) >> (bit & 7)) & 1] as Buffer;
      appendText(out, text, 0, text.length);
    };
}

function dictionaryCells(field: Field, type: DataType, appendText: TextAppender): CellsOf {
  const cells = csvCells(new Field(field.name, type, true, field.metadata), appendText);
  return ({ values, dictionary }) => {
    const chunks = (dictionary?.data ?? []).map((data) => ({ length: data.length, write: cells(data) }));
    return (row, out) => {
      let index = Number(values[row]);
      for (const { length, write } of chunks) {
        if (index < length) {
          write(index, out);
          return;
        }
        index -= length;
      }
      throw new RangeError(
        `Expected column \`${field.name}\` to refer to its dictionary, got code ${String(values[row])}`,
      );
    };
  };
}

function appendString(appendText: TextAppender, out: ByteBuffer, text: string): void {
  const bytes = Buffer.from(text);
  appendText(out, bytes, 0, bytes.length);
}
