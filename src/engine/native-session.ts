import type { Binding, BoundArray, BoundSession, GraphArray, SessionOptions } from './bound-session.js';
import { loadOrtApi, type OrtApi, type Pointer } from './ort-c-api.js';

/** Codes of ONNXTensorElementDataType. */
const TYPES = { float32: 1, int32: 6 } as const;

/** Of OrtLoggingLevel: what fails is thrown, and not printed as well. */
const FATAL = 4;

/** Of GraphOptimizationLevel. */
const [NONE, ALL] = [0, 99];

/** OrtAllocatorType `OrtArenaAllocator` and OrtMemType `OrtMemTypeDefault`: plain memory. */
const [ARENA, DEFAULT] = [1, 0];

/** Makes sessions that read and fill arrays where they are. */
export interface NativeRuntime {
  createSession(onnx: Uint8Array, options?: SessionOptions): BoundSession;
}

/**
 * ONNX Runtime by its C API, whose input and output bindings copy nothing, take memory that threads share and cost next to
 * nothing a run; onnxruntime-node's own binding does none of these. Rejects where it cannot be loaded.
 */
export async function loadNativeRuntime(): Promise<NativeRuntime> {
  const api = await loadOrtApi();
  // One for all threads of a process, counted by ONNX Runtime; kept until it ends.
  const env = api.get('CreateEnv', FATAL, 'rx-augment');
  return { createSession: (onnx, options = {}) => createSession({ api, env }, onnx, options) };
}

function createSession(
  { api, env }: { readonly api: OrtApi; readonly env: Pointer },
  onnx: Uint8Array,
  { planMemory = false, optimise = true }: SessionOptions,
): BoundSession {
  const session = openSession({ api, env }, onnx, { planMemory, optimise });
  const memory = api.get('CreateCpuMemoryInfo', ARENA, DEFAULT);
  const bindings = new Set<Binding>();
  const close = (): void => {
    for (const binding of bindings) binding.close();
    api.release('ReleaseMemoryInfo', memory);
    api.release('ReleaseSession', session);
  };
  try {
    return {
      inputs: graphArrays(api, session, 'Input'),
      outputs: graphArrays(api, session, 'Output'),
      bind(inputs, outputs) {
        const binding = createBinding(api, { session, memory, forget: () => void bindings.delete(binding) });
        bindings.add(binding);
        try {
          binding.bind(inputs, outputs);
        } catch (error) {
          binding.close();
          throw error;
        }
        return binding;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** One thread without spinning: threads are ours, one session each. */
function openSession(
  { api, env }: { readonly api: OrtApi; readonly env: Pointer },
  onnx: Uint8Array,
  { planMemory, optimise }: Required<SessionOptions>,
): Pointer {
  const options = api.get('CreateSessionOptions');
  try {
    api.call('SetIntraOpNumThreads', options, 1);
    api.call('SetSessionLogSeverityLevel', options, FATAL);
    api.call('SetSessionGraphOptimizationLevel', options, optimise ? ALL : NONE);
    if (!planMemory) api.call('DisableMemPattern', options);
    api.call('AddSessionConfigEntry', options, 'session.intra_op.allow_spinning', '0');
    return api.get('CreateSessionFromArray', env, onnx, onnx.byteLength, options);
  } finally {
    api.release('ReleaseSessionOptions', options);
  }
}

function createBinding(
  api: OrtApi,
  { session, memory, forget }: { readonly session: Pointer; readonly memory: Pointer; forget(): void },
): Binding {
  const pointer = api.get('CreateIoBinding', session);
  // The memory of what is bound must live as long as the binding.
  const kept = new Map<string, BoundArray>();
  const bindAll = (place: 'BindInput' | 'BindOutput', arrays: Readonly<Record<string, BoundArray>>): void => {
    for (const [name, array] of Object.entries(arrays)) {
      const { values, shape } = array;
      const type = values instanceof Float32Array ? TYPES.float32 : TYPES.int32;
      const dims = BigInt64Array.from(shape, BigInt);
      const tensor = [memory, values, values.byteLength, dims, dims.length, type];
      const value = api.get('CreateTensorWithDataAsOrtValue', ...tensor);
      try {
        api.call(place, pointer, name, value);
      } finally {
        api.release('ReleaseValue', value);
      }
      kept.set(`${place} ${name}`, array);
    }
  };
  return {
    bind(inputs, outputs) {
      bindAll('BindInput', inputs);
      bindAll('BindOutput', outputs);
    },
    run: () => api.call('RunWithBinding', session, null, pointer),
    close() {
      forget();
      api.release('ReleaseIoBinding', pointer);
      kept.clear();
    },
  };
}

function graphArrays(api: OrtApi, session: Pointer, side: 'Input' | 'Output'): GraphArray[] {
  const allocator = api.get('GetAllocatorWithDefaultOptions');
  const count = Number(api.get<number | bigint>(`SessionGet${side}Count`, session));
  return Array.from({ length: count }, (_, index) => {
    const text = api.get(`SessionGet${side}Name`, session, index, allocator);
    const name = api.text(text);
    api.call('AllocatorFree', allocator, text);
    const info = api.get(`SessionGet${side}TypeInfo`, session, index);
    try {
      return { name, ...tensorOf(api, name, info) };
    } finally {
      api.release('ReleaseTypeInfo', info);
    }
  });
}

function tensorOf(api: OrtApi, name: string, info: Pointer): Omit<GraphArray, 'name'> {
  const tensor = api.get<Pointer | null>('CastTypeInfoToTensorInfo', info);
  if (!tensor) throw new TypeError(`Expected \`${name}\` to be a tensor`);
  const shape = new BigInt64Array(Number(api.get<number | bigint>('GetDimensionsCount', tensor)));
  api.call('GetDimensions', tensor, shape, shape.length);
  const dtype = api.get<number>('GetTensorElementType', tensor) === TYPES.int32 ? 'int32' : 'float32';
  return { dtype, shape: Array.from(shape, Number) };
}
