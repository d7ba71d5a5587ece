import { nameList } from '../batches/name-list.js';
import { type Span, valuesOf } from '../models/span.js';
import type { Codec } from './codec.js';

/** Columns as the inputs and the targets of a network that predicts one of them. */
export interface Features {
  /** Numbers in a row of inputs: those of all modelled columns but the label. */
  readonly inputs: number;
  /** Numbers in a row of targets: those of the label. */
  readonly targets: number;
  /** Writes rows of what the codec makes of records, row-major [rows, codec.width], to inputs [rows, inputs] and targets [rows, targets], both zero before. */
  write(values: ArrayLike<number>, rows: number, inputs: Float32Array, targets: Float32Array): void;
}

/**
 * The features of a codec's columns, in its order: a code as one-hot vector or, where it has an order and `numbers` is `scores`,
 * as its normal score; all else as it is. The label is one-hot in both cases. RangeError where the label is not modelled.
 */
export function featuresOf({ spans, width }: Codec, label: string, numbers: 'codes' | 'scores'): Features {
  const target = spans.find(({ name }) => name === label);
  if (target === undefined) {
    const names = nameList(spans.map(({ name }) => name));
    throw new RangeError(`Expected the label to be one of the model's columns ${names}, got \`${label}\``);
  }
  const inputs = createPlaces();
  const targets = createPlaces();
  let place = 0;
  const writers = spans.map((span) => {
    const isTarget = span === target;
    const feature = featureOf(span, numbers === 'scores' && !isTarget);
    const from = place;
    const to = (isTarget ? targets : inputs).take(feature.width);
    place += valuesOf(span);
    return { isTarget, from, to, write: feature.write };
  });
  return {
    inputs: inputs.width,
    targets: targets.width,
    write(values, rows, xs, ys) {
      for (const { isTarget, from, to, write } of writers) {
        const [out, stride] = isTarget ? [ys, targets.width] : [xs, inputs.width];
        for (let row = 0; row < rows; row += 1) write(values, row * width + from, out, row * stride + to);
      }
    },
  };
}

interface Feature {
  readonly width: number;
  write(values: ArrayLike<number>, from: number, out: Float32Array, to: number): void;
}

function featureOf(span: Span, asScore: boolean): Feature {
  const { scores, likelihood } = span;
  if (likelihood !== 'categorical') {
    const width = valuesOf(span);
    return {
      width,
      write(values, from, out, to) {
        for (let i = 0; i < width; i += 1) out[to + i] = values[from + i] as number;
      },
    };
  }
  if (asScore && scores !== undefined) {
    return {
      width: 1,
      write(values, from, out, to) {
        out[to] = scores[values[from] as number] as number;
      },
    };
  }
  return {
    width: span.width,
    write(values, from, out, to) {
      out[to + (values[from] as number)] = 1;
    },
  };
}

/** Places in a row, given out one after the other. */
function createPlaces(): { take(count: number): number; readonly width: number } {
  let width = 0;
  return {
    take(count) {
      width += count;
      return width - count;
    },
    get width() {
      return width;
    },
  };
}
