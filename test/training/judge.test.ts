import { describe, expect, it } from 'vitest';
import { judge } from '../../src/training/judge.js';
import type { EpochEvent } from '../../src/training/training-progress.js';

const losses = { loss: 3, reconstruction: 2, divergence: 4, penalty: 0 };
const event: EpochEvent = { kind: 'epoch', epoch: 1, training: losses };

describe('judge', () => {
  it('takes the likelihood of held-out rows, else their loss', () => {
    expect(judge({ ...event, validation: { ...losses, likelihood: 7 } }, undefined)).toBe(7);
    expect(judge({ ...event, validation: losses }, undefined)).toBe(3);
    expect(judge(event, undefined)).toBeUndefined();
  });

  it('takes the mean error of drawn records where it is told to', () => {
    const drawn = { ...event, fidelity: { shapeError: 0.1, trendError: 0.3 } } as EpochEvent;
    expect(judge({ ...drawn, validation: losses }, 'fidelity')).toBeCloseTo(0.2);
  });
});
