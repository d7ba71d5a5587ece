import { describe, expect, it } from 'vitest';
import { prepareSteps } from '../../src/training/prepare-steps.js';
import { turnCounter, work } from '../turns.js';

describe('prepareSteps', () => {
  it('prepares them in their order, with turns of the event loop between', async () => {
    const turns = turnCounter();
    const steps = await prepareSteps(16, (step) => {
      turns.piece();
      work(3);
      return { inputs: {}, learningRate: step };
    });
    turns.stop();
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(turns.most).toBeLessThanOrEqual(2);
    expect(await prepareSteps(0, () => ({ inputs: {}, learningRate: 1 }))).toEqual([]);
  });
});
