import { availableParallelism } from 'node:os';
import { EngineError } from '../errors.js';
import { parameterCount } from '../models/parameters.js';
import { sizeOf } from '../models/shape.js';
import { adamDefaults } from './adam.js';
import { askInOrder } from './ask-in-order.js';
import type { CompiledGraphs, CompiledTraining, Compiler } from './compile.js';
import type { InputArrays, Metrics, Trainer, TrainerOptions, TrainingStep } from './engine.js';
import { inputValues } from './input-values.js';
import { joinRows } from './join-rows.js';
import { createParameterMemory, parametersIn } from './parameter-memory.js';
import { CONTROL_WORDS, endMeetings } from './rendezvous.js';
import { type Reporter, startReporter } from './reporter.js';
import {
  metricsLength,
  parameterSizes,
  partsOf,
  type SharedTraining,
  SLOTS,
  strideOf,
  type TrainingAnswer,
  type TrainingRequest,
} from './shared-step.js';
import type { TrainerThreads } from './trainer-threads.js';
import { startTrainingThread, type TrainingThread } from './training-thread.js';

/**
 * A trainer of the compiled engine that takes the given threads over: they end here where it fails, else when it is closed. It is
 * there as soon as what steps need is compiled. The model's graphs follow; where one cannot be compiled, every later call rejects.
 */
export async function createCompiledTrainer(options: TrainerOptions, taken: TrainerThreads): Promise<Trainer> {
  const { model, batchRows, seed, signal } = options;
  const { compiler } = taken;
  const threads = [taken.first];
  let reporter: Reporter | undefined;
  const abort = () => void compiler.close();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const compiling = compiler.training({ model, batchRows, seed });
    const initial = compiler.initial();
    initial.catch(() => undefined);
    const graphs = compiler.graphs().finally(() => compiler.close());
    graphs.catch(() => undefined);
    const compiled = await compiling;
    const shared = share(compiled, options);
    while (threads.length < shared.workers) threads.push(startTrainingThread());
    await Promise.all(threads.map((thread, worker) => thread.begin({ worker, shared }))).catch((cause: unknown) => {
      throw new EngineError(`Expected training to start: ${String(cause)}`, { cause });
    });
    signal?.throwIfAborted();
    // A thread that no part of a batch needs.
    if (compiled.report !== undefined && threadsOf(options) > shared.workers)
      reporter = startReporter(shared, taken.first);
    const trainer = trainerOf({ compiled, graphs, shared }, { compiler, threads, reporter });
    await trainer.setWeights(await initial);
    return trainer;
  } catch (error) {
    await Promise.all([compiler.close(), reporter?.close(), ...threads.map((thread) => thread.close())]);
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** A model as far as it is compiled when its training begins, and what its threads share. */
interface Compiled {
  readonly compiled: CompiledTraining;
  readonly graphs: Promise<CompiledGraphs>;
  readonly shared: SharedTraining;
}

/** The threads of a training. */
interface Threads {
  readonly compiler: Compiler;
  readonly threads: readonly TrainingThread[];
  readonly reporter: Reporter | undefined;
}

/** How many threads a training may take. */
function threadsOf({ workers }: TrainerOptions): number {
  return workers ?? availableParallelism();
}

function share(compiled: CompiledTraining, options: TrainerOptions): SharedTraining {
  const { batchRows } = options;
  const inputs = Object.entries(compiled.inputs).map(([name, spec]) => {
    const { parts, stride } = partsOf(spec, batchRows, compiled.shards);
    const length = SLOTS * parts * stride;
    return [name, spec.dtype === 'int32' ? new Int32Array(sharedBytes(length)) : sharedFloats(length)] as const;
  });
  return {
    compiled,
    batchRows,
    workers: Math.max(1, Math.min(threadsOf(options), compiled.shards)),
    adam: options.adam ?? adamDefaults,
    averageDecay: options.averageDecay ?? 0.99,
    control: new Int32Array(sharedBytes(CONTROL_WORDS)),
    inputs: Object.fromEntries(inputs),
    learningRates: sharedFloats(SLOTS),
    carried: Object.fromEntries(
      (compiled.report?.carried ?? []).map(({ name, shape }) => [name, sharedFloats(SLOTS * strideOf(sizeOf(shape)))]),
    ),
    metrics: sharedFloats(SLOTS * compiled.shards * metricsLength(compiled)),
    memory: createParameterMemory(parameterSizes(compiled)),
  };
}

function trainerOf({ compiled, graphs, shared }: Compiled, { compiler, threads, reporter }: Threads): Trainer {
  const count = parameterCount(compiled.parameters);
  const { weights, average, gradients, start } = parametersIn(shared.memory, parameterSizes(compiled));
  const failure = failureOf([
    graphs,
    ...(reporter === undefined ? [] : [reporter.failure]),
    ...threads.map(({ death }) => death),
  ]);
  const lanes = threads.map(({ worker }) => askInOrder<TrainingRequest, TrainingAnswer>(worker));
  /** Settles when all calls so far have begun, which they do in their order. */
  let begun: Promise<unknown> = Promise.resolve();
  /** By half of the slots: settles when what was last put there is done with. */
  const free: [Promise<unknown>, Promise<unknown>] = [begun, begun];
  let half: 0 | 1 = 0;
  let stepsTaken = 0;
  /** The graphs that the workers have. */
  const known = new Set<string>();
  let closed: Promise<unknown> | undefined;
  /** Why what was under way failed: the first of all that came of it. */
  let reason: EngineError | undefined;

  const begin = <T>(act: () => Promise<T>): Promise<T> => {
    const result = begun.then(() => act());
    begun = result.catch(() => undefined);
    return result;
  };
  const requireOpen = (): void => {
    if (closed !== undefined) throw new EngineError('Expected an open trainer, got one that was closed');
  };
  /** Carries out a call when all before it are done, and lets none begin meanwhile. */
  const alone = <T>(act: () => T | Promise<T>): Promise<T> =>
    begin(async () => {
      await Promise.all(free);
      requireOpen();
      return act();
    });
  const ask = (request: TrainingRequest, of = lanes): Promise<readonly TrainingAnswer[]> =>
    unlessFailed(Promise.all(of.map((send) => send(request))));
  const unlessFailed = <T>(reply: Promise<T>): Promise<T> =>
    Promise.race([reply, failure.promise]).catch(async (cause: unknown) => {
      reason ??= cause instanceof EngineError ? cause : new EngineError(String(cause), { cause });
      await close();
      throw reason;
    });
  /** Sends batches through the slots, one half of them being filled while the workers are at the other. */
  const through = async (
    batches: readonly InputArrays[],
    act: (slot: number, from: number, size: number) => Promise<unknown>,
  ): Promise<Metrics[]> => {
    const parts = await begin(async () => {
      requireOpen();
      // Before anything is done: a call that is refused takes no step.
      for (const batch of batches) check(compiled, shared, batch);
      const parts: Promise<Metrics[]>[] = [];
      for (let from = 0; from < batches.length; from += SLOTS / 2) {
        const group = batches.slice(from, from + SLOTS / 2);
        const [used, first] = [half, (half * SLOTS) / 2];
        await free[used];
        if (closed !== undefined && parts.length > 0) break;
        requireOpen();
        for (const [i, batch] of group.entries()) place(compiled, shared, batch, first + i);
        half = used === 0 ? 1 : 0;
        const part = act(first, from, group.length).then(() =>
          group.map((_, i) => collect(compiled, shared, first + i)),
        );
        free[used] = part.catch(() => undefined);
        parts.push(part);
      }
      return parts;
    });
    return (await Promise.all(parts)).flat();
  };
  const end = (): Promise<unknown> => {
    failure.stop();
    endMeetings(shared.control);
    return Promise.all([compiler.close(), reporter?.close(), ...threads.map((thread) => thread.close())]);
  };
  const close = async (): Promise<void> => {
    closed ??= end();
    await closed;
  };

  return {
    batchRows: shared.batchRows,
    parameters: compiled.parameters,
    step: (steps: readonly TrainingStep[]) =>
      through(
        steps.map(({ inputs }) => inputs),
        async (slot, from, count) => {
          for (let i = 0; i < count; i += 1) shared.learningRates[slot + i] = steps[from + i]?.learningRate ?? 0;
          const before = stepsTaken;
          stepsTaken += count;
          const apart = reporter?.steps;
          const request = { kind: 'step', slot, count, before, apart: apart !== undefined } as const;
          await (apart === undefined ? ask(request) : unlessFailed(apart(request)));
        },
      ),
    evaluate: (batches) => through(batches, (slot, _from, count) => ask({ kind: 'evaluate', slot, count })),
    run: (graph, inputs, rows) =>
      alone(async () => {
        const onnx = (await graphs)[graph];
        if (onnx === undefined) throw new RangeError(`Expected a graph of the model, got \`${graph}\``);
        if (!known.has(graph)) await ask({ kind: 'graph', graph, onnx });
        known.add(graph);
        return joinRows((await ask({ kind: 'run', graph, inputs, rows })) as readonly InputArrays[]);
      }),
    gradient: (inputs) =>
      alone(async () => {
        place(compiled, shared, inputs, 0);
        await ask({ kind: 'gradient', slot: 0 });
        const gradient = new Float32Array(count);
        for (const part of gradients) {
          for (let i = 0; i < count; i += 1) gradient[i] = (gradient[i] as number) + (part[i] as number);
        }
        return { metrics: collect(compiled, shared, 0), gradient };
      }),
    weights: () => alone(() => ({ current: weights.slice(0, count), average: average.slice(0, count) })),
    setWeights: (values) =>
      alone(() => {
        if (values.length !== count) throw new RangeError(`Expected ${count} weights, got ${values.length}`);
        start(values);
        stepsTaken = 0;
      }),
    async exportGraphs(weights) {
      const [filled] = await ask({ kind: 'export', graphs: await graphs, weights }, lanes.slice(0, 1));
      return filled as CompiledGraphs;
    },
    close,
  };
}

/** A promise that rejects as soon as one of the others does, or is told to stop. */
function failureOf(others: readonly Promise<unknown>[]): { readonly promise: Promise<never>; stop(): void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    for (const other of others) other.catch(reject);
    stop = () => reject(new EngineError('Training was closed'));
  });
  promise.catch(() => undefined);
  return { promise, stop: () => stop() };
}

/** Throws a RangeError where a batch lacks an input, or has more of it or less. */
function check(compiled: CompiledTraining, shared: SharedTraining, batch: InputArrays): void {
  for (const [name, spec] of Object.entries(compiled.inputs)) inputValues(batch, name, spec, shared.batchRows);
}

/** Puts a batch into a slot, cut into its shards. */
function place(compiled: CompiledTraining, shared: SharedTraining, batch: InputArrays, slot: number): void {
  for (const [name, spec] of Object.entries(compiled.inputs)) {
    const values = inputValues(batch, name, spec, shared.batchRows);
    const { parts, length, stride } = partsOf(spec, shared.batchRows, compiled.shards);
    for (let part = 0; part < parts; part += 1) {
      const some = values.subarray(part * length, (part + 1) * length);
      (shared.inputs[name] as Float32Array).set(some as Float32Array, (slot * parts + part) * stride);
    }
  }
}

/** Adds up what the shards reported, in their order. */
function collect(compiled: CompiledTraining, shared: SharedTraining, slot: number): Metrics {
  const length = metricsLength(compiled);
  let offset = slot * compiled.shards * length;
  const entries = compiled.metrics.map((spec) => {
    const values = new Float32Array(sizeOf(spec.shape));
    for (let shard = 0; shard < compiled.shards; shard += 1) {
      for (let i = 0; i < values.length; i += 1) {
        values[i] = (values[i] as number) + (shared.metrics[offset + shard * length + i] as number);
      }
    }
    offset += values.length;
    return [spec.name, values] as const;
  });
  return Object.fromEntries(entries);
}

function sharedBytes(words: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * words);
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(sharedBytes(length));
}
