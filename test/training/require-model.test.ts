import { tableFromArrays } from 'apache-arrow';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { privacyGate } from '../../src/operators/privacy-gate.js';
import { sample } from '../../src/operators/sample.js';
import { fidelity } from '../../src/report/fidelity.js';
import { renderReport } from '../../src/report/render-report.js';
import { report } from '../../src/report/report.js';
import { saveReport } from '../../src/sinks/save-report.js';
import { saveModel } from '../../src/training/model-folder.js';

const table = tableFromArrays({ a: Int32Array.of(1, 2, 3) });

describe('what takes a model', () => {
  it.each<[unknown, string]>([
    [Promise.resolve({}), 'Expected a fitted model, got a promise of one: await it'],
    ['folder', 'Expected a fitted model, got a path: `await loadModel(path)` gives its model'],
    [new URL('file:///folder'), 'Expected a fitted model, got a path: `await loadModel(path)` gives its model'],
    [null, 'Expected a fitted model, got null'],
    [7, 'Expected a fitted model, got 7'],
    [{ kind: 'model', model: {} }, 'Expected a fitted model, got what has one: give its `model`'],
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
    ['in.csv', '"in.csv"'],
    [undefined, 'undefined'],
    [{}, 'an object'],
    [Promise.resolve([]), 'a promise: await it'],
    [table, 'a Table: give its `batches`'],
    [table.batches[0], 'a single one: put it into a list'],
  ])('refuses %j as a table, before it reads one', async (given, found) => {
    const none = given as never;
    const message = (which: string) =>
      new TypeError(`Expected the ${which} table as record batches, such as fromCsv(path), got ${found}`);
    let read = false;
    const real = {
      *[Symbol.iterator]() {
        read = true;
        yield* table.batches;
      },
    };
    await expect(report({ real: none, synthetic: real })).rejects.toThrow(message('real'));
    await expect(report({ real, synthetic: none })).rejects.toThrow(message('synthetic'));
    expect(() => privacyGate({ reference: none })).toThrow(message('reference'));
    if (given !== undefined) expect(() => privacyGate({ reference: real, holdout: none })).toThrow(message('holdout'));
    expect(read).toBe(false);
  });

  it('refuses no rows at most', async () => {
    await expect(report({ real: [], synthetic: [], maxRows: 0 })).rejects.toThrow(
      new RangeError('Expected maxRows to be a whole number of at least 1, got 0'),
    );
  });

  it('is saved and rendered when it is there', async () => {
    const promise = Promise.resolve({}) as never;
    const message = new TypeError('Expected a report, as `await report(...)` gives it, got a promise: await it');
    await expect(renderReport(promise)).rejects.toThrow(message);
    await expect(saveReport(promise, 'never.html')).rejects.toThrow(message);
    const format = 'pdf' as 'html';
    await expect(saveReport({ verdict: {} } as never, 'never.pdf', { format })).rejects.toThrow(
      new RangeError('Expected the format to be html or json, got "pdf"'),
    );
  });
});

describe('fidelity', () => {
  it('refuses what is no list of batches', () => {
    expect(() => fidelity(table.batches, of(...table.batches) as never)).toThrow(
      new TypeError('Expected the synthetic table as a list of record batches, got an Observable'),
    );
    expect(() => fidelity([table] as never, table.batches)).toThrow('got a Table: emit its `batches`');
  });
});
