import { Int32, tableFromArrays } from 'apache-arrow';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { requireBatch } from '../../src/batches/require-batch.js';
import { augment } from '../../src/operators/augment.js';
import { castTo } from '../../src/operators/cast-to.js';
import { encode } from '../../src/operators/encode.js';
import { privacyGate } from '../../src/operators/privacy-gate.js';
import { trainVae } from '../../src/operators/train-vae.js';
import { report } from '../../src/report/report.js';
import { toCsv } from '../../src/sinks/to-csv.js';

const table = tableFromArrays({ a: Int32Array.of(1, 2, 3) });
const [batch] = table.batches;
const step = { kind: 'step', epoch: 1, step: 1 };

describe('requireBatch', () => {
  it('takes a batch and says what else it got', () => {
    expect(() => requireBatch(batch)).not.toThrow();
    expect(() => requireBatch(table)).toThrow('got a Table: emit its `batches`');
    expect(() => requireBatch(step)).toThrow('got a `step` event: put augment() or the like between');
    expect(() => requireBatch([batch])).toThrow('got an array');
    expect(() => requireBatch(new Int32())).toThrow('got an object of Int32');
    expect(() => requireBatch(Object.create(null))).toThrow('got an object of no class');
    expect(() => requireBatch(undefined)).toThrow('got undefined');
    expect(() => requireBatch(null)).toThrow('got null');
  });

  it.each<[string, (values: Observable<never>) => Observable<unknown>, unknown]>([
    ['a sink, of events', toCsv('/dev/null'), step],
    ['a sink, of a table', toCsv('/dev/null'), table],
    ['a training', trainVae(), table],
    ['a training in a single pass', trainVae({ replay: 'none' }), { ...batch }],
    ['augment, of a table', augment(1), table],
    ['augment, of other events', augment(1), { kind: 'tick' }],
    ['encode, of null', encode(), null],
    ['castTo', castTo(table.schema), [batch]],
    ['a gate', privacyGate({ reference: [batch!], minDistance: 0 }), table],
  ])('speaks up in %s', async (_, operator, value) => {
    const result = lastValueFrom(operator(of(value) as Observable<never>));
    await expect(result).rejects.toThrow(/^Expected a record batch, got/);
    await expect(result).rejects.toThrow(TypeError);
  });

  it('speaks up in reports', async () => {
    const real = [table] as never;
    await expect(report({ real, synthetic: real })).rejects.toThrow('got a Table');
  });
});
