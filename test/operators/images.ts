import { type Field, type FixedSizeList, type RecordBatch, Schema, Uint8 } from 'apache-arrow';
import { batchOf } from '../../src/batches/batch-of.js';
import { buildData } from '../../src/batches/build-data.js';
import { tensorField } from '../../src/batches/tensor-field.js';
import { fillUniforms, randomKey } from '../../src/random.js';

/** A batch of one tensor column. */
export function tensorBatch(field: Field, values: ArrayBufferView & { readonly length: number }): RecordBatch {
  const list = field.type as FixedSizeList;
  const rows = values.length / list.listSize;
  const items = buildData(list.valueType, { length: values.length, values });
  return batchOf(new Schema([field]), rows, [buildData(list, { length: rows, children: [items] })]);
}

/** Images of 8 x 8 grey pixels: a bar, upright or lying, somewhere, of some brightness. */
export function barImages(rows: number, seed = 1): RecordBatch {
  const draws = new Float32Array(rows * 3);
  fillUniforms(
    randomKey(seed),
    Array.from({ length: rows }, (_, row) => row),
    3,
    draws,
  );
  const pixels = new Uint8Array(rows * 64);
  for (let row = 0; row < rows; row += 1) {
    const [upright, place, light] = draws.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number];
    const line = 1 + Math.floor(place * 6);
    for (let i = 0; i < 64; i += 1) {
      const across = upright < 0.5 ? i % 8 : Math.floor(i / 8);
      if (across === line) pixels[row * 64 + i] = 150 + Math.round(light * 105);
    }
  }
  return tensorBatch(tensorField('image', { shape: [8, 8, 1], valueType: new Uint8() }), pixels);
}
