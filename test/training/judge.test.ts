import { describe, expect, it } from 'vitest';
import { judge } from '../../src/training/judge.js';
import type { EpochEvent } from '../../src/training/training-progress.js';

const losses = { loss: 3, reconstruction: 2, divergence: 4, penalty: 0 };
const event: EpochEvent = { kind: 'epoch', epoch: 1, training: losses };

describe('judge', () => {
  it('takes the likelihood of held-out rows, and the loss where it is the same or there is none', () => {
    const judged = (likelihood: number, loss: number) =>
      judge({ ...event, validation: { ...losses, loss, likelihood } }, undefined) as number;
    expect(judged(7, 3)).toBeCloseTo(6.6);
    expect(judged(16.05, 16.09)).toBeLessThan(judged(16.85, 15.57));
    expect(judged(18.41, 15.63)).toBeLessThan(judged(18.41, 15.71));
    expect(judge({ ...event, validation: losses }, undefined)).toBe(3);
    expect(judge(event, undefined)).toBeUndefined();
  });

  it('takes the mean error of drawn records where it is told to', () => {
    const drawn = { ...event, fidelity: { shapeError: 0.1, trendError: 0.3 } } as EpochEvent;
    expect(judge({ ...drawn, validation: losses }, 'fidelity')).toBeCloseTo(0.2);
  });
});
