import { describe, expect, it } from 'vitest';
import { createLiveState, type LiveEvent } from '../../../src/commands/live/live-state.js';
import { createThinned } from '../../../src/commands/live/thinned.js';

const step = (step: number, more: object = {}): LiveEvent => ({
  event: 'step',
  epoch: 1,
  step,
  steps: 10_000,
  loss: 1 / step,
  rowsPerSecond: 1000,
  residentBytes: 1e8,
  leftMs: 5000,
  ...more,
});
const epoch = (epoch: number, more: object = {}): LiveEvent => ({
  event: 'epoch',
  epoch,
  step: 10 * epoch,
  steps: 100,
  training: { loss: 2 },
  ...more,
});

describe('createThinned', () => {
  it.each([1, 2, 9, 10, 11, 1000, 12_345])('keeps %i items evenly, the first and the latest among them', (count) => {
    const thinned = createThinned<number>(10);
    for (let i = 0; i < count; i += 1) thinned.add(i);
    const { items } = thinned;
    expect(items.length).toBeLessThanOrEqual(10);
    expect(items.length).toBeGreaterThanOrEqual(Math.min(count, 5));
    expect([items[0], items.at(-1)]).toEqual([0, count - 1]);
    const gaps = items.slice(1, -1).map((item, i) => item - (items[i] as number));
    expect(new Set(gaps).size).toBeLessThanOrEqual(1);
    expect(items).toEqual([...items].sort((a, b) => a - b));
  });
});

describe('createLiveState', () => {
  it('tells every point once as news, and all of them, thinned out, as history', () => {
    const state = createLiveState();
    const told: number[] = [];
    for (let i = 1; i <= 5000; i += 1) {
      state.add(step(i));
      if (i % 7 === 0) told.push(...(state.news()?.steps.map(({ step }) => step) ?? []));
    }
    told.push(...(state.news()?.steps.map(({ step }) => step) ?? []));
    expect(told).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
    expect(state.news()).toBeUndefined();
    const { first, steps } = state.history();
    expect(first).toBe(true);
    expect(steps.length).toBeGreaterThan(300);
    expect(steps.length).toBeLessThanOrEqual(600);
    expect([steps[0]?.step, steps.at(-1)?.step]).toEqual([1, 5000]);
  });

  it('holds what JSON has: null where a loss, an error or an activation is no number', () => {
    const state = createLiveState();
    state.add(step(1, { loss: Number.NaN, sparsity: { mean: [0.2, Number.NaN] } }));
    const fidelity = { shapeError: 0.1, trendError: Number.NaN };
    state.add(epoch(1, { training: { loss: Number.POSITIVE_INFINITY }, validation: { loss: 3 }, fidelity }));
    const update = state.history();
    expect(update.steps[0]).toMatchObject({ loss: null });
    expect(update.epochs[0]).toMatchObject({ training: null, validation: 3, shapeError: 0.1, trendError: null });
    expect(update.sparsity).toEqual({ mean: [0.2, null] });
    expect(JSON.parse(JSON.stringify(update))).toEqual(update);
    expect(Object.fromEntries(update.facts)).toMatchObject({
      'Training loss': 'no number',
      'Held-out loss': '3.000',
      'Trends off by': 'no number',
    });
  });

  it('says what goes on, from the first record to the end', () => {
    const state = createLiveState();
    const phases = [state.history().phase];
    const add = (event: LiveEvent, text?: string) => {
      state.add(event, text);
      phases.push(state.history().phase);
    };
    add({ event: 'read', rowsIn: 10 });
    add(step(100, { sparsity: { target: 0.1, mean: [0.2, 0.3] } }));
    add(epoch(1, { validation: { loss: 3 }, fidelity: { shapeError: 0.01, trendError: 0.02, rows: 100 } }));
    add({ event: 'model', bestEpoch: 1 }, 'trained');
    add({ event: 'write', rowsOut: 5, rowsPerSecond: 7000, residentBytes: 2e8 });
    add({ event: 'summary' }, 'all written');
    state.end();
    expect(phases).toEqual(['waiting', 'reading', 'training', 'training', 'training', 'writing', 'done']);
    expect(state.history()).toMatchObject({
      phase: 'done',
      headline: 'Done',
      progress: 1,
      epochs: [{ epoch: 1, step: 10, training: 2, validation: 3, shapeError: 0.01, trendError: 0.02 }],
      sparsity: { target: 0.1, mean: [0.2, 0.3] },
      remarks: ['trained', 'all written'],
    });
    expect(Object.fromEntries(state.history().facts)).toMatchObject({
      'Training loss': '2.000',
      'Held-out loss': '3.000',
      'Shapes off by': '1.0 %',
      'Epoch kept': '1',
      'Rows a second': '1,000',
      Memory: '200 MB',
    });
  });

  it('takes none of the models of a single pass for the end of the training', () => {
    const state = createLiveState();
    state.add(step(100, { steps: undefined, leftMs: undefined }));
    const before = state.history();
    state.add({ event: 'model', rows: 5, loss: 1 }, 'started');
    expect(state.history()).toEqual({ ...before, remarks: ['started'] });
    expect(before.progress).toBeUndefined();
  });

  it('tells an error from an end before its time', () => {
    const [failed, stopped] = [createLiveState(), createLiveState()];
    failed.add({ event: 'error', name: 'RangeError', message: 'Expected rows' });
    for (const state of [failed, stopped]) state.end();
    expect(failed.history()).toMatchObject({ phase: 'failed', headline: 'Failed: Expected rows' });
    expect(stopped.history()).toMatchObject({ phase: 'stopped', headline: 'Stopped' });
  });
});
