import {
  type DataType,
  Field,
  type FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  type RecordBatch,
  Schema,
  Uint8,
} from 'apache-arrow';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { buildData } from '../batches/build-data.js';
import { tensorField } from '../batches/tensor-field.js';
import { counted } from '../counted.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pathOf } from '../path-of.js';
import { requireOptions } from '../require-options.js';
import { type ByteReader, createByteReader } from './byte-reader.js';
import { type ByteSource, type LocalSource, readBytes, sourceName } from './open-bytes.js';
import { READING_OPTIONS } from './reading-options.js';

/** Options of `fromIdx`. */
export interface FromIdxOptions {
  /** An IDX file of one number a record, such as its class; its values become the second column. */
  readonly labels?: ByteSource;
  /** Name of the column of arrays; default `image`. */
  readonly column?: string;
  /** Name of the column of labels; default `label`. */
  readonly labelColumn?: string;
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Records in a batch, 1 or more; default 256. */
  readonly batchRows?: number;
}

/** Element types by their code in the file (LeCun, "The MNIST database": the IDX file format); numbers are big-endian. */
const TYPES: Readonly<Record<number, () => DataType>> = {
  8: () => new Uint8(),
  9: () => new Int8(),
  11: () => new Int16(),
  12: () => new Int32(),
  13: () => new Float32(),
  14: () => new Float64(),
};

/**
 * The records of an IDX file, the format of MNIST: arrays of one shape as a tensor column (`arrow.fixed_shape_tensor`), images
 * [height, width] as [height, width, 1], and with `labels` a second column. A file of one number a record gives a plain column.
 *
 * Errors are InputErrors: bytes that are no IDX, a truncated file, more bytes than it tells of, other numbers of records and
 * labels, a missing file. Memory: one batch.
 */
export function fromIdx(place: ByteSource, options: FromIdxOptions = {}): Observable<RecordBatch> {
  requireOptions('fromIdx()', options, {
    labels: true,
    column: 'string',
    labelColumn: 'string',
    ...READING_OPTIONS,
  });
  const source = pathOf(place);
  const labels = pathOf(options.labels);
  const { column = 'image', labelColumn = 'label', signal, limit, batchRows = 256 } = options;
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new RangeError(`Expected \`batchRows\` to be 1 or more, got ${batchRows}`);
  }
  sourceName(source);
  if (labels !== undefined) sourceName(labels);
  return fromAsync(
    async function* (signal) {
      const files: IdxFile[] = [];
      try {
        files.push(await openIdx(source, signal));
        if (labels !== undefined) files.push(await openIdx(labels, signal));
        const [records, classes] = files as [IdxFile, IdxFile | undefined];
        if (classes !== undefined && classes.count !== records.count) {
          throw new InputError(`Expected ${records.count} labels, one a record, got ${classes.count}`, {
            source: classes.name,
          });
        }
        const names = [column, labelColumn];
        const fields = files.map((file, i) => fieldOf(file, names[i] as string));
        const schema = new Schema(fields);
        if (records.count === 0) yield emptyBatch(schema);
        for (let row = 0; row < records.count; row += batchRows) {
          const rows = Math.min(batchRows, records.count - row);
          const columns = [];
          for (const [i, file] of files.entries())
            columns.push(dataOf(fields[i] as Field, await file.read(rows, row), rows));
          yield batchOf(schema, rows, columns);
        }
        for (const file of files) await file.requireEnd();
      } finally {
        for (const file of files) await file.close();
      }
    },
    { ...(limit !== undefined && { limit }), ...(signal && { signal }) },
  );
}

interface IdxFile {
  readonly name: string;
  readonly type: DataType;
  readonly count: number;
  /** Of one record. */
  readonly shape: readonly number[];
  /** The next records, their numbers in the order of the machine. */
  read(rows: number, from: number): Promise<ArrayBufferView>;
  requireEnd(): Promise<void>;
  close(): Promise<void>;
}

async function openIdx(source: LocalSource, signal: AbortSignal): Promise<IdxFile> {
  const name = sourceName(source);
  const chunks = readBytes(source, signal);
  const reader = createByteReader(chunks);
  try {
    const head = await header(reader, name);
    const Values = head.type.ArrayType as new (buffer: ArrayBuffer) => ArrayBufferView & { BYTES_PER_ELEMENT: number };
    const { BYTES_PER_ELEMENT: width } = head.type.ArrayType as { BYTES_PER_ELEMENT: number };
    const size = head.shape.reduce((product, dim) => product * dim, width);
    return {
      ...head,
      name,
      async read(rows, from) {
        const bytes = await reader.read(rows * size);
        if (bytes.length < rows * size) {
          const row = from + Math.floor(bytes.length / size) + 1;
          throw new InputError(
            `Expected ${counted(head.count, 'record')} of ${counted(size, 'byte')}, got a file that ends`,
            {
              source: name,
              row,
            },
          );
        }
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        if (width === 2) buffer.swap16();
        if (width === 4) buffer.swap32();
        if (width === 8) buffer.swap64();
        return new Values(bytes.buffer as ArrayBuffer);
      },
      async requireEnd() {
        const { length } = await reader.read(1);
        if (length > 0)
          throw new InputError(`Expected the end of the file after ${counted(head.count, 'record')}, got more`, {
            source: name,
          });
      },
      async close() {
        await chunks.return();
      },
    };
  } catch (error) {
    await chunks.return();
    throw error;
  }
}

async function header(reader: ByteReader, name: string): Promise<Pick<IdxFile, 'type' | 'count' | 'shape'>> {
  const [zero, zeroToo, code = 0, dimensions = 0] = await reader.read(4);
  const type = TYPES[code];
  if (zero !== 0 || zeroToo !== 0 || type === undefined || dimensions < 1) {
    throw new InputError('Expected an IDX file, got other bytes at its start', { source: name });
  }
  const bytes = Buffer.from(await reader.read(4 * dimensions));
  if (bytes.length < 4 * dimensions)
    throw new InputError('Expected an IDX header, got a file that ends', { source: name });
  const sizes = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 * i));
  const [count = 0, ...shape] = sizes;
  if (shape.includes(0)) {
    throw new InputError(`Expected records of at least one number, got shape [${shape.join(', ')}]`, { source: name });
  }
  return { type: type(), count, shape };
}

function fieldOf({ type, shape }: IdxFile, name: string): Field {
  if (shape.length === 0) return new Field(name, type, false);
  const image = shape.length === 2 ? [...shape, 1] : shape;
  return tensorField(name, { shape: image, valueType: type as Uint8 });
}

function dataOf({ type }: Field, values: ArrayBufferView, length: number) {
  const list = type as FixedSizeList;
  if (list.listSize === undefined) return buildData(type, { length, values });
  return buildData(type, { length, children: [buildData(list.valueType, { length: length * list.listSize, values })] });
}

function emptyBatch(schema: Schema): RecordBatch {
  const none = (type: DataType) => new (type.ArrayType as new (length: number) => ArrayBufferView)(0);
  return batchOf(
    schema,
    0,
    schema.fields.map((field) => dataOf(field, none((field.type as FixedSizeList).valueType ?? field.type), 0)),
  );
}
