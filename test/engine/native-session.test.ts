import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { compile } from '../../src/engine/compile.js';
import { loadNativeRuntime } from '../../src/engine/native-session.js';
import { tableCases } from './cases.js';
import { sequenceModel } from './sequence-model.js';

/** What of ONNX Runtime is there: what kind it is, by its pointer. */
const alive = vi.hoisted(() => new Map<bigint, string>());

vi.mock('../../src/engine/ort-c-api.js', async (original) => {
  const { loadOrtApi } = await original<typeof import('../../src/engine/ort-c-api.js')>();
  return {
    async loadOrtApi() {
      const api = await loadOrtApi();
      return {
        ...api,
        get(...[name, ...values]: Parameters<typeof api.get>) {
          const result = api.get(name, ...values);
          const kind = /^Create(.*?)(FromArray)?$|(TypeInfo)$/.exec(name);
          if (kind !== null) alive.set(result, kind[1] ?? kind[3] ?? '');
          return result;
        },
        release(...[name, pointer]: Parameters<typeof api.release>) {
          api.release(name, pointer);
          expect(alive.delete(pointer)).toBe(true);
        },
      };
    },
  };
});

let encoder: Uint8Array;

beforeAll(async () => {
  const { graphs } = await compile({ model: tableCases[0]!.reference, batchRows: 4, seed: 1 });
  encoder = graphs.encoder!;
});
afterEach(() => alive.clear());

const living = () => [...alive.values()].sort();

it('frees a session with its bindings', async () => {
  const session = (await loadNativeRuntime()).createSession(encoder);
  const codes = { values: new Int32Array(20), shape: [4, 5] };
  session.bind({ codes }, {}).close();
  session.bind({ codes }, {});
  expect(living()).toEqual(['CpuMemoryInfo', 'Env', 'IoBinding', 'Session']);
  session.close();
  expect(living()).toEqual(['Env']);
});

it('frees a binding that cannot be made', async () => {
  const session = (await loadNativeRuntime()).createSession(encoder);
  const codes = { values: new Int32Array(20), shape: [4, 5] };
  expect(() => session.bind({ codes, other: codes }, {})).toThrow(/other/);
  expect(() => session.bind({ codes: { ...codes, shape: [4, 500] } }, {})).toThrow();
  expect(living()).toEqual(['CpuMemoryInfo', 'Env', 'Session']);
  session.close();
});

it('frees a session whose graph is refused', async () => {
  const runtime = await loadNativeRuntime();
  expect(() => runtime.createSession(sequenceModel())).toThrow(new TypeError('Expected `several` to be a tensor'));
  expect(() => runtime.createSession(Uint8Array.of(1, 2, 3))).toThrow();
  expect(living()).toEqual(['Env']);
});
