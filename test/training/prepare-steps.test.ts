import { describe, expect, it } from 'vitest';
import { prepareSteps } from '../../src/training/prepare-steps.js';

describe('prepareSteps', () => {
  it('prepares them in their order, with turns of the event loop between', async () => {
    const preparedAt: number[] = [];
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns += 1;
      timer = setImmediate(turn);
    });
    const steps = await prepareSteps(16, (step) => {
      preparedAt.push(turns);
      return { inputs: {}, learningRate: step };
    });
    clearImmediate(timer);
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(new Set(preparedAt).size).toBe(4);
    expect(await prepareSteps(0, () => ({ inputs: {}, learningRate: 1 }))).toEqual([]);
  });
});
