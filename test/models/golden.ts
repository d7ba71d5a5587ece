import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

// Prints no advertisement.
tf.env().set('PROD', true);

/** Numbers of test/golden/models.py. */
export const golden = JSON.parse(readFileSync(new URL('../golden/models.json', import.meta.url), 'utf8'));

/** Compares element by element: to 1e-5 of the number, or of 1 where that is more. */
export function expectValues(actual: tf.Tensor, expected: readonly unknown[]): void {
  const numbers = expected.flat(9) as number[];
  expect(actual.size).toBe(numbers.length);
  actual.dataSync().forEach((value, i) => {
    const limit = 1e-5 * Math.max(1, Math.abs(numbers[i]!));
    expect(Math.abs(value - numbers[i]!), `element ${i}: ${value} for ${numbers[i]}`).toBeLessThan(limit);
  });
}

/** The plain JavaScript backend. */
export async function readyTensorflow(): Promise<void> {
  await tf.setBackend('cpu');
}
