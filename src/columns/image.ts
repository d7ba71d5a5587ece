import { type Data, DataType, type Field, type FixedSizeList } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { isReadable, type TensorType, tensorOf, tensorValues } from '../batches/tensor-field.js';
import { isSet, validityOf } from '../batches/validity.js';
import type { Column, ColumnKind } from './column.js';
import type { ColumnJsonOf } from './column-json.js';

/** What stands for white. */
const WHITE = 255;

/**
 * Tensor columns of two or three dimensions, [height, width] or [height, width, channels], as numbers in [0, 1]: bytes
 * divided by 255, floats as they are. Floats outside of [0, 1], other types and nulls are a RangeError or TypeError that
 * names the column. Decoding does not draw: a pixel is what the model expects it to be.
 */
export const image: ColumnKind = {
  kind: 'image',
  accepts: (field, { values }) => values === 'natural' && tensorOf(field) !== undefined,
  fit(field, { likelihood }) {
    const type = imageType(field);
    const wanted = likelihood(field.name) ?? 'bernoulli';
    if (wanted === 'categorical') {
      throw new TypeError(`Expected image column \`${field.name}\` to be bernoulli or gaussian, got categorical`);
    }
    let rows = 0;
    return {
      add(data) {
        requireValues(field, type, data, rows);
        rows += data.length;
      },
      finish: () => imageColumn(field, { kind: 'image', name: field.name, likelihood: wanted }),
    };
  },
};

interface ImageType extends TensorType {
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  readonly isBytes: boolean;
}

function imageType(field: Field): ImageType {
  const tensor = tensorOf(field);
  const [height, width, channels = 1, more] = tensor?.shape ?? [];
  if (tensor === undefined || height === undefined || width === undefined || more !== undefined) {
    throw new TypeError(
      `Expected image column \`${field.name}\` to be of shape [height, width] or [height, width, channels], got ` +
        (tensor === undefined ? String(field.type) : `[${tensor.shape.join(', ')}]`),
    );
  }
  const { valueType } = tensor;
  const isBytes = DataType.isInt(valueType) && valueType.bitWidth === 8 && !valueType.isSigned;
  if (!isBytes && !(DataType.isFloat(valueType) && isReadable(tensor))) {
    throw new TypeError(`Expected image column \`${field.name}\` to have uint8 or float values, got ${valueType}`);
  }
  return { ...tensor, shape: [height, width, channels], isBytes };
}

function requireValues(field: Field, { isBytes }: ImageType, data: Data, before: number): void {
  const bitmap = validityOf(data);
  const size = (field.type as FixedSizeList).listSize;
  for (let r = 0; bitmap !== undefined && r < data.length; r += 1) {
    if (!isSet(bitmap, data.offset + r)) {
      throw new RangeError(`Expected image column \`${field.name}\` to have no nulls, got one (row ${before + r + 1})`);
    }
  }
  if (isBytes) return;
  const values = tensorValues(data);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value >= 0 && value <= 1) continue;
    const row = before + Math.floor(i / size) + 1;
    throw new RangeError(`Expected the values of image column \`${field.name}\` in [0, 1], got ${value} (row ${row})`);
  }
}

/** A fitted column of images. */
export function imageColumn(field: Field, json: ColumnJsonOf<'image'>): Column {
  const type = imageType(field);
  const { shape, isBytes } = type;
  const list = field.type as FixedSizeList;
  const width = list.listSize;
  return {
    kind: 'image',
    name: json.name,
    span: { name: json.name, likelihood: json.likelihood, width, shape, ...(isBytes && { bytes: true }) },
    encode(data, out, offset, stride) {
      requireValues(field, type, data, 0);
      const values = tensorValues(data);
      for (let r = 0, at = offset, from = 0; r < data.length; r += 1, at += stride, from += width) {
        for (let i = 0; i < width; i += 1) {
          out[at + i] = isBytes ? (values[from + i] as number) / WHITE : (values[from + i] as number);
        }
      }
    },
    decode({ codes, offset, stride, rows: length }) {
      const Values = type.valueType.ArrayType as new (length: number) => Uint8Array | Float32Array | Float64Array;
      const values = new Values(length * width);
      for (let r = 0, at = offset, to = 0; r < length; r += 1, at += stride, to += width) {
        for (let i = 0; i < width; i += 1) {
          const value = Math.min(1, Math.max(0, codes[at + i] as number));
          values[to + i] = isBytes ? Math.round(value * WHITE) : value;
        }
      }
      const items = buildData(list.valueType, { length: length * width, values });
      return buildData(list, { length, children: [items] });
    },
    toJSON: () => json,
  };
}
