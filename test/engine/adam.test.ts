import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { adamDefaults, createAdam } from '../../src/engine/adam.js';
import { createReferenceAdam, uniforms } from '../models/reference.js';

const count = 32;

/** Arrays in one memory: weights, average, two moments, then the gradients of shards. */
function sliceOf(shards: number) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = 4 * count;
  const arrays = Array.from({ length: 4 + shards }, (_, i) => new Float32Array(memory.buffer, i * bytes, count));
  const [weights, average, first, second, ...gradients] = arrays as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const places = { weights: 0, average: bytes, first: 2 * bytes, second: 3 * bytes };
  const slice = { ...places, gradient: 4 * bytes, stride: bytes, shards, count };
  return { memory, slice, weights, average, first, second, gradients: gradients as Float32Array[] };
}

describe('createAdam', () => {
  it.each([1, 2, 4])('follows the algorithm in float64 for 100 steps, gradients in %i shards', (shards) => {
    const start = uniforms(1, count, -1, 1);
    const { memory, slice, weights, average, gradients } = sliceOf(shards);
    weights.set(start);
    average.set(start);
    const adam = createAdam(memory, adamDefaults, 0.95);
    const reference = createReferenceAdam(start, { decay: 0.95 });
    for (let t = 1; t <= 100; t += 1) {
      // Scales from 1 to 1e-3, so that no two parameters are alike.
      gradients.forEach((gradient, shard) => {
        gradient.set(uniforms(100 * t + shard, count, -1, 1).map((g, i) => g * 10 ** (-3 * (i / count))));
      });
      const sum = Float64Array.from({ length: count }, (_, i) => gradients.reduce((total, g) => total + g[i]!, 0));
      adam(slice, t, 0.1 / t);
      reference.step(sum, 0.1 / t);
    }
    for (let i = 0; i < count; i += 1) {
      expect(weights[i]! - reference.weights[i]!).toBeCloseTo(0, 5);
      expect(average[i]! - reference.average[i]!).toBeCloseTo(0, 5);
      expect(Math.abs(weights[i]! - start[i]!)).toBeGreaterThan(1e-4);
    }
  });

  it('leaves what lies outside of its slice alone', () => {
    const { memory, slice, weights, average, first, second, gradients } = sliceOf(1);
    for (const array of [weights, average, first, second, gradients[0]!]) array.fill(0.5);
    gradients[0]!.fill(0.25);
    const adam = createAdam(memory, adamDefaults, 0.99);
    const shift = (bytes: number) => ({
      weights: slice.weights + bytes,
      average: slice.average + bytes,
      first: slice.first + bytes,
      second: slice.second + bytes,
      gradient: slice.gradient + bytes,
    });
    adam({ ...slice, ...shift(32), count: 16 }, 1, 0.1);
    for (const array of [weights, average, first, second]) {
      expect([...array.keys()].filter((i) => array[i] !== 0.5)).toEqual(Array.from({ length: 16 }, (_, i) => 8 + i));
    }
  });

  it('moves by no more than the learning rate in its first step, and not at all without a gradient', () => {
    const { memory, slice, weights, gradients } = sliceOf(1);
    gradients[0]!.set([1e-20, 1e-4, 1, 1e4]);
    createAdam(memory, adamDefaults, 0.99)(slice, 1, 0.25);
    expect(Array.from(weights.subarray(0, 5), (w) => Math.round(w * 1000) / 1000 + 0)).toEqual([
      0, -0.25, -0.25, -0.25, 0,
    ]);
  });

  it('keeps away from subnormal numbers while moments die away', () => {
    const { memory, slice, weights, first, second, gradients } = sliceOf(1);
    const adam = createAdam(memory, adamDefaults, 0.99);
    gradients[0]!.set(uniforms(1, count, -1, 1));
    adam(slice, 1, 1e-3);
    gradients[0]!.fill(0);
    for (let t = 2; t <= 3000; t += 1) adam(slice, t, 1e-3);
    const settled = weights.slice();
    for (let t = 3001; t <= 4000; t += 1) adam(slice, t, 1e-3);
    expect(weights).toEqual(settled);
    // Times a learning rate of 1e-6 it would still be a normal number.
    for (const moment of first) expect(moment === 0 || Math.abs(moment) > 1e-31).toBe(true);
    for (const moment of second) expect(moment).toBeGreaterThan(1e-31);
  });

  it('is what adam.wat compiles to', async () => {
    const script = fileURLToPath(new URL('../generate-adam.mjs', import.meta.url));
    await promisify(execFile)(process.execPath, [script, '--check']);
  });
});
