import { describe, expect, it } from 'vitest';
import { moveTowardsOthers } from '../../src/operators/move-towards-others.js';
import { randomKey } from '../../src/random.js';

describe('moveTowardsOthers', () => {
  const latent = 2;
  /** Means on a line, record r at (r, 0). */
  const mu = Float32Array.from({ length: 40 * latent }, (_, i) => (i % 2 === 0 ? i / 2 : 0));
  const ids = Float64Array.from({ length: 300 }, (_, i) => i);
  const moved = (share: number, from: number, seed = 1) => {
    const latents = Float32Array.from({ length: 300 * latent }, (_, i) =>
      i % 2 === 0 ? from + Math.floor(i / 60) : 7,
    );
    const sources = ids.map((i) => Math.floor(i / 30));
    moveTowardsOthers(latents, mu, sources, { latent, from, share }, randomKey(seed), ids);
    return latents;
  };

  it('moves each variant along the line to another record, up to the share', () => {
    const latents = moved(0.5, 20);
    const steps = Array.from({ length: 300 }, (_, i) => latents[2 * i]! - (20 + Math.floor(i / 30)));
    // Across the line nothing moves, and what the noise was stays.
    expect(latents.filter((_, i) => i % 2 === 1).every((y) => y === 7)).toBe(true);
    expect(steps.some((step) => step > 0.1) && steps.some((step) => step < -0.1)).toBe(true);
    // The nearest of eight on a line of 40 is rarely 15 away.
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(10);
    const mean = steps.reduce((sum, step) => sum + Math.abs(step), 0) / 300;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(2);
  });

  it('follows from the key, and does nothing for a share of 0', () => {
    expect(moved(0.5, 0)).toEqual(moved(0.5, 0));
    expect(moved(0.5, 0)).not.toEqual(moved(0.5, 0, 2));
    expect(moved(0, 3)[0]).toBe(3);
  });
});
