import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The functions of ONNX Runtime's C API that are called: their places in its table (`struct OrtApi` of onnxruntime_c_api.h, to
 * which functions are only ever added at the end), and how they are declared. What returns a pointer returns a status, none for success.
 */
const FUNCTIONS = {
  GetErrorMessage: [2, 'str (void *status)'],
  CreateEnv: [3, 'void *(int severity, str id, _Out_ void **env)'],
  CreateSessionFromArray: [8, 'void *(void *env, void *model, size_t bytes, void *options, _Out_ void **session)'],
  CreateSessionOptions: [10, 'void *(_Out_ void **options)'],
  DisableMemPattern: [17, 'void *(void *options)'],
  SetSessionLogSeverityLevel: [22, 'void *(void *options, int severity)'],
  SetSessionGraphOptimizationLevel: [23, 'void *(void *options, int level)'],
  SetIntraOpNumThreads: [24, 'void *(void *options, int threads)'],
  SessionGetInputCount: [30, 'void *(void *session, _Out_ size_t *count)'],
  SessionGetOutputCount: [31, 'void *(void *session, _Out_ size_t *count)'],
  SessionGetInputTypeInfo: [33, 'void *(void *session, size_t index, _Out_ void **info)'],
  SessionGetOutputTypeInfo: [34, 'void *(void *session, size_t index, _Out_ void **info)'],
  SessionGetInputName: [36, 'void *(void *session, size_t index, void *allocator, _Out_ void **name)'],
  SessionGetOutputName: [37, 'void *(void *session, size_t index, void *allocator, _Out_ void **name)'],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void *(void *memory, void *data, size_t bytes, void *shape, size_t rank, int type, _Out_ void **value)',
  ],
  CastTypeInfoToTensorInfo: [55, 'void *(void *info, _Out_ void **tensorInfo)'],
  GetTensorElementType: [60, 'void *(void *tensorInfo, _Out_ int *type)'],
  GetDimensionsCount: [61, 'void *(void *tensorInfo, _Out_ size_t *rank)'],
  GetDimensions: [62, 'void *(void *tensorInfo, void *shape, size_t rank)'],
  CreateCpuMemoryInfo: [69, 'void *(int allocatorType, int memoryType, _Out_ void **memory)'],
  AllocatorFree: [76, 'void *(void *allocator, void *pointer)'],
  GetAllocatorWithDefaultOptions: [78, 'void *(_Out_ void **allocator)'],
  ReleaseStatus: [93, 'void (void *status)'],
  ReleaseMemoryInfo: [94, 'void (void *memory)'],
  ReleaseSession: [95, 'void (void *session)'],
  ReleaseValue: [96, 'void (void *value)'],
  ReleaseTypeInfo: [98, 'void (void *info)'],
  ReleaseSessionOptions: [100, 'void (void *options)'],
  AddSessionConfigEntry: [130, 'void *(void *options, str key, str value)'],
  RunWithBinding: [133, 'void *(void *session, void *options, void *binding)'],
  CreateIoBinding: [134, 'void *(void *session, _Out_ void **binding)'],
  ReleaseIoBinding: [135, 'void (void *binding)'],
  BindInput: [136, 'void *(void *binding, str name, void *value)'],
  BindOutput: [137, 'void *(void *binding, str name, void *value)'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** The version of the table that is asked for: that of ONNX Runtime 1.16. */
const API_VERSION = 16;

/** A pointer of C. */
export type Pointer = bigint;

/** A function of the C API. */
export type OrtFunction = keyof typeof FUNCTIONS;

/** ONNX Runtime by its C API. */
export interface OrtApi {
  /** The library, which koffi unloads once nobody holds it. */
  readonly library: unknown;
  /** Calls a function that gives a status; throws an Error with the status' message. */
  call(name: OrtFunction, ...values: readonly unknown[]): void;
  /** As `call`, for a function whose last parameter is where its result goes, which is returned. */
  get<T = Pointer>(name: OrtFunction, ...values: readonly unknown[]): T;
  /** Calls a function that gives nothing. */
  release(name: OrtFunction, pointer: Pointer): void;
  /** The text at a pointer. */
  text(pointer: Pointer): string;
}

/**
 * The C API of the library that is inside the package onnxruntime-node, through koffi. Rejects where koffi, which is an
 * optional dependency, or the library cannot be loaded.
 */
export async function loadOrtApi(): Promise<OrtApi> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(libraryFile());
  const base = library.func('OrtGetApiBase', 'void *', [])() as Pointer;
  const [getApi] = koffi.decode(base, koffi.array('void *', 1)) as [Pointer];
  const api = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), API_VERSION) as Pointer;
  if (!api) throw new Error(`Expected ONNX Runtime to have version ${API_VERSION} of its C API or a later one`);
  const length = 1 + Math.max(...Object.values(FUNCTIONS).map(([place]) => place));
  const table = koffi.decode(api, koffi.array('void *', length)) as readonly Pointer[];
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [place, declaration]]) => [
      name,
      koffi.decode(table[place], koffi.proto(declaration)) as (...values: unknown[]) => unknown,
    ]),
  ) as Record<OrtFunction, (...values: unknown[]) => unknown>;
  const call = (name: OrtFunction, ...values: readonly unknown[]): void => {
    const status = functions[name](...values);
    if (!status) return;
    const message = String(functions.GetErrorMessage(status));
    functions.ReleaseStatus(status);
    throw new Error(message);
  };
  return {
    library,
    call,
    get(name, ...values) {
      const result: unknown[] = [null];
      call(name, ...values, result);
      return result[0] as never;
    },
    release(name, pointer) {
      functions[name](pointer);
    },
    text: (pointer) => koffi.decode(pointer, 'char', -1) as string,
  };
}

/** Where onnxruntime-node has its library: beside its binding. */
function libraryFile(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  const name = readdirSync(folder).find((file) => /^(lib)?onnxruntime\.(so\.1|1\.dylib|dll)$/.test(file));
  if (name === undefined) throw new Error(`Expected the library of ONNX Runtime in ${folder}`);
  return join(folder, name);
}
