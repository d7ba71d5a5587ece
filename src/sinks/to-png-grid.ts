import { DataType, type RecordBatch, type Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { isReadable, tensorOf, tensorValues } from '../batches/tensor-field.js';
import { isSet, validityOf } from '../batches/validity.js';
import { requireOptions } from '../require-options.js';
import type { SinkTarget } from './output.js';
import { writeBatches } from './write-batches.js';
import { type BatchEncoder, SINK_OPTIONS, type SinkOptions, type Written } from './write-to.js';

/** Options of `toPngGrid`. */
export interface ToPngGridOptions extends SinkOptions {
  /** Images side by side, 1 or more; default 10. */
  readonly columns?: number;
  /** Rows of images at most, 1 or more; default 10. Images beyond them are read and left out. */
  readonly rows?: number;
  /** The tensor column that holds the images; default the first. */
  readonly column?: string;
}

/** Pixels between images. */
const GAP = 1;
/** Of the gaps and of places without an image. */
const BACKGROUND = 128;
/** Most pixels of a grid: 64 MB with four channels. */
const MOST_PIXELS = 16 * 1024 * 1024;

/**
 * Writes images of a tensor column as one PNG, side by side in rows, one pixel apart, the first at the top left; then emits
 * one `Written`, with the number of records read. Shapes [height, width] and [height, width, channels] with 1 (grey), 2 (grey
 * and alpha), 3 (RGB) or 4 (RGBA) channels; bytes as they are, floats from 0 (black) to 1 (white), clipped. A null leaves its
 * place empty.
 *
 * Target and errors as in `toCsv`; TypeError where there is no such column of images, and no image at all; RangeError for
 * a grid of more than 16 million pixels.
 */
export function toPngGrid(target: SinkTarget, options: ToPngGridOptions = {}): OperatorFunction<RecordBatch, Written> {
  requireOptions('toPngGrid()', options, { ...SINK_OPTIONS, columns: 'number', rows: 'number', column: 'string' });
  const { columns = 10, rows = 10, column } = options;
  for (const [name, value] of Object.entries({ columns, rows })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`Expected ${name} to be 1 or more, got ${value}`);
  }
  return writeBatches(target, (schema) => pngEncoder(schema, { columns, rows, column }), options);
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly column: string | undefined;
}

async function pngEncoder(schema: Schema | undefined, { columns, rows, column }: Grid): Promise<BatchEncoder> {
  const place = imageColumn(schema, column);
  const field = schema?.fields[place];
  const tensor = field && tensorOf(field);
  const [height = 0, width = 0, channels = 1, more] = tensor?.shape ?? [];
  if (tensor === undefined || width === 0 || more !== undefined || channels > 4 || !isReadable(tensor)) {
    throw new TypeError(
      `Expected images [height, width] or [height, width, 1 to 4], got ` +
        (tensor === undefined ? 'no column of images' : `${tensor.valueType} [${tensor.shape.join(', ')}]`),
    );
  }
  const fullWidth = columns * (width + GAP) - GAP;
  const pixels = fullWidth * (rows * (height + GAP) - GAP);
  if (pixels > MOST_PIXELS) throw new RangeError(`Expected a grid of at most ${MOST_PIXELS} pixels, got ${pixels}`);
  const { encode } = await import('fast-png');
  const grid = new Uint8Array(pixels * channels).fill(BACKGROUND);
  const isFloat = DataType.isFloat(tensor.valueType);
  const size = height * width * channels;
  let drawn = 0;

  function draw(values: ArrayLike<number>, from: number): void {
    const top = Math.floor(drawn / columns) * (height + GAP);
    const left = (drawn % columns) * (width + GAP);
    for (let y = 0, i = from; y < height; y += 1) {
      const start = ((top + y) * fullWidth + left) * channels;
      for (let x = 0; x < width * channels; x += 1, i += 1) {
        const value = (values[i] as number) * (isFloat ? 255 : 1);
        grid[start + x] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }

  return {
    begin: () => [],
    encode(batch) {
      const data = batch.data.children[place];
      if (data === undefined) return [];
      const values = tensorValues(data);
      const bitmap = validityOf(data);
      for (let r = 0; r < batch.numRows && drawn < columns * rows; r += 1, drawn += 1) {
        if (isSet(bitmap, data.offset + r)) draw(values as ArrayLike<number>, r * size);
      }
      return [];
    },
    end() {
      if (drawn === 0) throw new TypeError('Expected at least one image, got none');
      const fullHeight = Math.ceil(drawn / columns) * (height + GAP) - GAP;
      const data = grid.subarray(0, fullWidth * fullHeight * channels);
      return [encode({ width: fullWidth, height: fullHeight, data, channels, depth: 8 })];
    },
  };
}

function imageColumn(schema: Schema | undefined, name: string | undefined): number {
  const fields = schema?.fields ?? [];
  const place = fields.findIndex((field) => (name === undefined ? tensorOf(field) !== undefined : field.name === name));
  if (place >= 0) return place;
  const wanted = name === undefined ? 'a column of images' : `a column of images \`${name}\``;
  throw new TypeError(`Expected ${wanted}, got ${fields.map((field) => `\`${field.name}\``).join(', ') || 'no batch'}`);
}
