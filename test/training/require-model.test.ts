import { describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { sample } from '../../src/operators/sample.js';
import { report } from '../../src/report/report.js';
import { saveModel } from '../../src/training/model-folder.js';

describe('what takes a model', () => {
  it.each<[unknown, string]>([
    [Promise.resolve({}), 'Expected a fitted model, got a promise of one: await it'],
    ['folder', 'Expected a fitted model, got a path: `await loadModel(path)` gives its model'],
    [new URL('file:///folder'), 'Expected a fitted model, got a path: `await loadModel(path)` gives its model'],
    [null, 'Expected a fitted model, got null'],
    [7, 'Expected a fitted model, got number'],
  ])('says what %s is instead', async (given, message) => {
    const model = given as never;
    expect(() => augment(1, { model })).toThrow(new TypeError(message));
    expect(() => sample(model, 1)).toThrow(new TypeError(message));
    await expect(saveModel(model, 'never')).rejects.toThrow(new TypeError(message));
    await expect(report({ real: [], synthetic: [], model })).rejects.toThrow(new TypeError(message));
  });
});

describe('report', () => {
  it.each<[unknown, string]>([
    ['in.csv', 'a text'],
    [undefined, 'undefined'],
    [{}, 'object'],
  ])('refuses %j as a table', async (table, found) => {
    await expect(report({ real: table as never, synthetic: [] })).rejects.toThrow(
      new TypeError(`Expected a table as record batches, such as fromCsv(path), got ${found}`),
    );
  });
});
