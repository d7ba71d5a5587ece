import { describe, expect, it } from 'vitest';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import type { Engine, Trainer } from '../../src/engine/engine.js';
import { fitModel } from '../../src/training/fit-model.js';
import { vaeRecipe } from '../../src/training/vae-recipe.js';
import { smallTable } from '../operators/table.js';

describe('fitModel', () => {
  const batch = smallTable(200);
  const fitter = createCodecFitter(batch.schema);
  fitter.add(batch);
  const codec = fitter.finish();

  it('stops encoding when its signal aborts, and closes the engine', async () => {
    const controller = new AbortController();
    let [read, closed] = [0, false];
    const trainer: Partial<Trainer> = {
      async close() {
        closed = true;
      },
    };
    const engine: Engine = { name: 'compiled', createTrainer: async () => trainer as Trainer };
    const batches = async function* () {
      for (; read < 100; read += 1) {
        if (read === 3) controller.abort(new Error('enough'));
        yield batch;
      }
    };
    const { signal } = controller;
    const events = fitModel({ codec, rows: 20_000, batches }, vaeRecipe({}, codec, 20_000), { engine, signal });
    await expect(events.next()).rejects.toThrow('enough');
    expect(read).toBe(3);
    expect(closed).toBe(true);
  });

  it('has its engine give up starting when its signal aborts', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const engine: Engine = {
      name: 'compiled',
      createTrainer: ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    const batches = async function* () {
      yield batch;
    };
    const events = fitModel({ codec, rows: 200, batches }, vaeRecipe({}, codec, 200), { engine, signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(events.next()).rejects.toThrow('enough');
  });
});
