import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BoundArray, BoundSession } from '../../src/engine/bound-session.js';
import { compile } from '../../src/engine/compile.js';
import { createCopyingSession } from '../../src/engine/copying-session.js';
import { loadNativeRuntime } from '../../src/engine/native-session.js';
import { sizeOf } from '../../src/models/shape.js';
import { uniforms } from '../models/reference.js';
import { tableCases } from './cases.js';
import { sequenceModel } from './sequence-model.js';

const of = tableCases[0]!;
const rows = 512;
let decoder: Uint8Array;

const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));

/** Arrays in shared memory for all inputs, filled from a seed, and for all outputs. */
function arraysFor(session: BoundSession, seed: number) {
  const arrays = (of: BoundSession['inputs'], fill: (length: number, i: number) => Float32Array) =>
    Object.fromEntries(
      of.map(({ name, dtype, shape: dims }, i): [string, BoundArray] => {
        const shape = dims.map((dim) => (dim === -1 ? rows : dim));
        const values = shared(sizeOf(shape));
        values.set(fill(values.length, i));
        return [name, { values: dtype === 'int32' ? new Int32Array(values.buffer) : values, shape }];
      }),
    );
  const inputs = arrays(session.inputs, (length, i) => uniforms(seed + i, length, 0, 1));
  return { inputs, outputs: arrays(session.outputs, (length) => new Float32Array(length)) };
}

const kinds = {
  'by the C API': async (onnx: Uint8Array) => (await loadNativeRuntime()).createSession(onnx),
  'by copying': (onnx: Uint8Array) => createCopyingSession(onnx),
};

beforeAll(async () => {
  const { graphs } = await compile({ model: of.reference, batchRows: 4, seed: 1 });
  decoder = graphs.decoder!;
});

describe.each(Object.entries(kinds))('a session %s', (_, createSession) => {
  it('says what goes in and comes out', async () => {
    const session = await createSession(decoder);
    expect(session.inputs).toContainEqual({ name: 'latent', dtype: 'float32', shape: [-1, 3] });
    expect(session.outputs.map(({ name, dtype, shape }) => [name, dtype, shape[0]])).toEqual([['codes', 'int32', -1]]);
    session.close();
  });

  it('reads arrays of shared memory as they are when it runs, and fills those it is told', async () => {
    const session = await createSession(decoder);
    const { inputs, outputs } = arraysFor(session, 1);
    const binding = session.bind(inputs, outputs);
    const { codes } = outputs as { codes: BoundArray };
    await binding.run();
    const first = codes.values.slice();
    expect(new Set(first).size).toBeGreaterThan(3);
    const others = arraysFor(session, 2);
    for (const [name, { values }] of Object.entries(inputs)) values.set(others.inputs[name]!.values);
    await binding.run();
    expect(codes.values).not.toEqual(first);
    binding.bind({}, others.outputs);
    await binding.run();
    expect(others.outputs.codes!.values).toEqual(codes.values);
    binding.close();
    session.close();
  });

  it('says what was not bound, and what does not fit', async () => {
    const session = await createSession(decoder);
    const { inputs, outputs } = arraysFor(session, 1);
    const { latent, ...others } = inputs;
    const run = async (arrays: typeof inputs) => session.bind(arrays, outputs).run();
    await expect(run(others)).rejects.toThrow(/latent/);
    const { values } = latent!;
    await expect(run({ ...others, latent: { values, shape: [rows * 3] } })).rejects.toThrow(/latent/);
    session.close();
  });

  it('rejects a graph of other things than tensors', async () => {
    await expect((async () => createSession(sequenceModel()))()).rejects.toThrow(
      new TypeError('Expected `several` to be a tensor'),
    );
  });

  it('rejects what is no graph', async () => {
    await expect((async () => createSession(new Uint8Array(8)))()).rejects.toThrow();
  });
});

it('keeps the library while it is used', async () => {
  const script = new URL('./collect-garbage.mjs', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  expect(stdout).toBe('11\n');
});

it('gives the same bits either way', async () => {
  const results = await Promise.all(
    Object.values(kinds).map(async (create) => {
      const session = await create(decoder);
      const { inputs, outputs } = arraysFor(session, 3);
      await session.bind(inputs, outputs).run();
      session.close();
      return outputs.codes!.values;
    }),
  );
  expect(results[0]).toEqual(results[1]);
});

it('trains to the same bits where the C API is out of reach', async () => {
  const script = new URL('./train-briefly.mjs', import.meta.url).pathname;
  const weights = async (...flags: string[]) =>
    (await promisify(execFile)(process.execPath, [...flags, script])).stdout;
  const hooks = new URL('./hide-koffi.mjs', import.meta.url).href;
  const hide = `data:text/javascript,import { register } from 'node:module'; register('${hooks}');`;
  const [native, copying] = await Promise.all([weights(), weights('--import', hide)]);
  expect(native).toMatch(/^by the C API\n[0-9a-f]{64}\n$/);
  expect(copying).toBe(native.replace('by the C API', 'by copying'));
}, 60_000);
