import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { callWorker } from '../../src/engine/call-worker.js';
import { EngineError } from '../../src/errors.js';

describe('callWorker', () => {
  it('says what to do where the file of a thread is not there, as in a bundle', async () => {
    const failed = callWorker(new Worker(new URL('./no-such-worker.js', import.meta.url)));
    await expect(failed).rejects.toThrow(EngineError);
    await expect(failed).rejects.toThrow(/no-such-worker\.js': .* outside of the bundle \(external\)$/);
  });

  it('gives a reason of which no place is told without a cause', async () => {
    const code = `require('node:worker_threads').parentPort.postMessage({ error: 'too late' })`;
    const failed = callWorker(new Worker(code, { eval: true }));
    await expect(failed).rejects.toThrow(new EngineError('too late'));
    await expect(failed).rejects.not.toHaveProperty('cause');
  });
});
