import { describe, expect, it } from 'vitest';
import { reportNearness } from '../../src/commands/policies.js';
import type { FittedModel } from '../../src/index.js';

/** What is said of a model whose second epoch was kept. */
function said(training: object, validation?: object): [string | undefined, object][] {
  const notes: [string | undefined, object][] = [];
  const note = (text: string | undefined, event: object) => void notes.push([text, event]);
  const epochs = [
    { epoch: 1, training: { divergence: 9, likelihood: 10 } },
    { epoch: 2, training, ...(validation && { validation }) },
  ];
  const model = { training: { bestEpoch: 2, epochs } } as unknown as FittedModel;
  reportNearness(model, { note, status() {}, end() {} });
  return notes;
}

describe('reportNearness', () => {
  it('speaks where the kept epoch has little divergence, by the records held out where there are any', () => {
    const event = { event: 'nearness', divergence: 0.65, likelihood: 9.3 };
    const text = expect.stringMatching(/^variants keep at most 0\.7 of the 9\.3 nats that make their record/);
    expect(said({ divergence: 5, likelihood: 9 }, { divergence: 0.65, likelihood: 9.3 })).toEqual([[text, event]]);
    expect(said({ divergence: 0.65, likelihood: 9.3 })).toEqual([[text, event]]);
  });

  it('is silent where variants are near, and where there is no likelihood', () => {
    expect(said({ divergence: 13.7, likelihood: 18.8 })).toEqual([]);
    expect(said({ divergence: 0.1, likelihood: 9 }, { divergence: 4, likelihood: 16 })).toEqual([]);
    expect(said({ divergence: 0.1 })).toEqual([]);
  });
});
