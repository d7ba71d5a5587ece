import { describe, expect, it } from 'vitest';
import { drawWhere } from '../../src/operators/draw-where.js';
import { randomKey } from '../../src/random.js';
import type { FittedModel } from '../../src/training/fitted-model.js';

describe('drawWhere', () => {
  it('fills the mask of conditions once, for as many rows as the largest draw has', async () => {
    const masks: Float32Array[] = [];
    const model = {
      codec: { width: 2 },
      drawAllowed: async ({ allowed }: { allowed: Float32Array }, rows: number) => {
        masks.push(allowed);
        return { codes: new Int32Array(2 * rows), logAllowed: new Float32Array(rows) };
      },
    } as unknown as FittedModel;
    const codes = Float32Array.of(1, 0, 1, 1, 0);
    const draw = drawWhere(model, { codes, wanted: new Map(), leads: true, restrict: (drawn) => drawn });
    for (const count of [100, 100, 7, 300]) {
      const { codes: drawn } = await draw(
        randomKey(1),
        Float64Array.from({ length: count }, (_, id) => id),
      );
      expect(drawn).toHaveLength(2 * count);
      expect([...masks.at(-1)!]).toEqual(Array.from({ length: count }, () => [...codes]).flat());
    }
    const [first, second, fewer, more] = masks.map(({ buffer }) => buffer);
    expect(second).toBe(first);
    expect(fewer).toBe(first);
    expect(more).not.toBe(first);
  });
});
