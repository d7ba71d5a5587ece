import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/errors.js';
import { startGateThread } from '../../src/report/gate-thread.js';
import type { RecordColumn } from '../../src/report/record-space.js';

const column = (...numbers: number[]): RecordColumn => ({
  kind: 'number',
  numbers: Float64Array.from(numbers),
  codes: new Int32Array(),
});
const start = (signal: AbortSignal) =>
  startGateThread({ reference: [column(1, 2, 3)], fresh: Int32Array.of(0, 1, 2), rule: { minDistance: 0 } }, signal);

describe('startGateThread', () => {
  it('judges records, several calls one after the other', async () => {
    const thread = await start(new AbortController().signal);
    const judged = await Promise.all([thread.judge([column(1, 9)]), thread.judge([column(3)])]);
    expect(judged).toEqual([Uint8Array.of(2, 0), Uint8Array.of(2)]);
    await thread.close();
  });

  it('rejects what it is asked after its thread has ended', async () => {
    const thread = await start(new AbortController().signal);
    await thread.close();
    await expect(thread.judge([column(1)])).rejects.toBeInstanceOf(EngineError);
    const controller = new AbortController();
    const aborted = await start(controller.signal);
    controller.abort(new Error('enough'));
    await expect(aborted.judge([column(1)])).rejects.toThrow('enough');
  });
});
