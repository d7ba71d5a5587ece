import { describe, expect, it } from 'vitest';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import type { Engine, Trainer } from '../../src/engine/engine.js';
import { settleSinglePass } from '../../src/training/single-pass-options.js';
import type { SinglePassPlan } from '../../src/training/single-pass-plan.js';
import { beginEra } from '../../src/training/stream-era.js';
import { createStreamWindow } from '../../src/training/stream-window.js';
import { vaeRecipe } from '../../src/training/vae-recipe.js';
import { smallTable } from '../operators/table.js';

describe('beginEra', () => {
  it.each([
    ['counting', 0, { created: 0, closed: 0 }],
    ['encoding', 1, { created: 1, closed: 1 }],
  ])('stops %s its window when its signal aborts, and leaves no trainer', async (_, pass, trainers) => {
    const batch = smallTable(200);
    const fitter = createCodecFitter(batch.schema);
    fitter.add(batch);
    const codec = fitter.finish();
    const controller = new AbortController();
    const found = { created: 0, closed: 0 };
    const trainer: Partial<Trainer> = {
      async close() {
        found.closed += 1;
      },
    };
    const engine: Engine = {
      name: 'compiled',
      async createTrainer() {
        found.created += 1;
        return trainer as Trainer;
      },
    };
    const plan: SinglePassPlan = {
      options: { engine },
      settings: settleSinglePass({ replay: 'none' }),
      createFitter: () => fitter,
      recipeOf: (codec, rows) => vaeRecipe({}, codec, rows),
      compare: () => async () => ({ shapeError: 0, trendError: 0 }),
      signal: controller.signal,
    };
    let [passes, read] = [0, 0];
    const window = {
      ...createStreamWindow(5000, {}, plan.createFitter),
      async *batches() {
        const isLast = passes === pass;
        passes += 1;
        for (let i = 0; i < 25; i += 1) {
          if (isLast) read = i;
          if (isLast && i === 3) controller.abort(new Error('enough'));
          yield batch;
        }
      },
    };
    const era = beginEra(window, { codec, recipe: plan.recipeOf(codec, 5000) }, plan, 0);
    expect((await era.next()).value).toMatchObject({ kind: 'start' });
    await expect(era.next()).rejects.toThrow('enough');
    expect(read).toBe(3);
    expect(found).toEqual(trainers);
  });
});
