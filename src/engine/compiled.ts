import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { parameterCount } from '../models/parameters.js';
import { sizeOf } from '../models/shape.js';
import { adamDefaults } from './adam.js';
import { callWorker, onDeath } from './call-worker.js';
import { type CompiledModel, compile } from './compile.js';
import { endWorker } from './end-worker.js';
import type { Engine, InputArrays, Metrics, Trainer, TrainerOptions, TrainingStep } from './engine.js';
import { inputLength, inputValues } from './input-values.js';
import { joinRows } from './join-rows.js';
import { createParameterMemory, parametersIn } from './parameter-memory.js';
import { CONTROL_WORDS, endMeetings } from './rendezvous.js';
import { parameterSizes, type SharedTraining, SLOTS, type TrainingRequest } from './shared-step.js';
import { withWeights } from './with-weights.js';
import { withoutTelemetry } from './without-telemetry.js';

/**
 * The engine that compiles: TensorFlow.js functions become ONNX graphs, gradients included, which ONNX Runtime runs in
 * worker threads, each its share of every batch. Results depend on neither the number of workers nor their timing.
 */
export const compiledEngine: Engine = {
  name: 'compiled',
  async createTrainer(options) {
    const { model, batchRows, seed, signal } = options;
    const compiled = await compile({ model, batchRows, seed }, signal);
    signal?.throwIfAborted();
    const shared = share(compiled, options);
    withoutTelemetry();
    const workers = Array.from(
      { length: shared.workers },
      (_, worker) => new Worker(new URL('./training-worker.js', import.meta.url), { workerData: { worker, shared } }),
    );
    try {
      await Promise.all(workers.map((worker) => callWorker(worker)));
    } catch (cause) {
      endMeetings(shared.control);
      await Promise.all(workers.map(endWorker));
      throw new EngineError(`Expected training to start: ${String(cause)}`, { cause });
    }
    const trainer = trainerOf(compiled, shared, workers);
    await trainer.setWeights(compiled.initial);
    return trainer;
  },
};

function share(compiled: CompiledModel, options: TrainerOptions): SharedTraining {
  const { batchRows } = options;
  const inputs = Object.entries(compiled.inputs).map(([name, spec]) => {
    const length = SLOTS * inputLength(spec, batchRows);
    return [name, spec.dtype === 'int32' ? new Int32Array(sharedBytes(length)) : sharedFloats(length)] as const;
  });
  const { initial: _, ...rest } = compiled;
  return {
    compiled: rest,
    batchRows,
    workers: Math.max(1, Math.min(options.workers ?? availableParallelism(), rest.shards)),
    adam: options.adam ?? adamDefaults,
    averageDecay: options.averageDecay ?? 0.99,
    control: new Int32Array(sharedBytes(CONTROL_WORDS)),
    inputs: Object.fromEntries(inputs),
    learningRates: sharedFloats(SLOTS),
    metrics: sharedFloats(SLOTS * rest.shards * metricsLength(compiled)),
    memory: createParameterMemory(parameterSizes(rest)),
  };
}

function trainerOf(compiled: CompiledModel, shared: SharedTraining, workers: readonly Worker[]): Trainer {
  const count = parameterCount(compiled.parameters);
  const { weights, average, gradients, start } = parametersIn(shared.memory, parameterSizes(compiled));
  const failure = failureOf(workers);
  let queue: Promise<unknown> = Promise.resolve();
  let stepsTaken = 0;
  let closed = false;

  const inOrder = <T>(act: () => Promise<T>): Promise<T> => {
    const result = queue.then(() => {
      if (closed) throw new EngineError('Expected an open trainer, got one that was closed');
      return act();
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const ask = (request: TrainingRequest): Promise<readonly InputArrays[]> => {
    const replies = Promise.all(workers.map((worker) => callWorker<InputArrays>(worker)));
    for (const worker of workers) worker.postMessage(request);
    return Promise.race([replies, failure.promise]).catch(async (cause: unknown) => {
      await close();
      throw cause instanceof EngineError ? cause : new EngineError(String(cause), { cause });
    });
  };
  /** Runs batches through the slots, as many at a time as there are. */
  const through = async (
    batches: readonly InputArrays[],
    act: (slot: number, from: number, size: number) => Promise<unknown>,
  ): Promise<Metrics[]> => {
    const results: Metrics[] = [];
    for (let from = 0; from < batches.length; from += SLOTS) {
      const group = batches.slice(from, from + SLOTS);
      group.forEach((batch, slot) => {
        place(compiled, shared, batch, slot);
      });
      await act(0, from, group.length);
      results.push(...group.map((_, slot) => collect(compiled, shared, slot)));
    }
    return results;
  };
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    failure.stop();
    endMeetings(shared.control);
    await Promise.all(workers.map(endWorker));
  };

  return {
    batchRows: shared.batchRows,
    parameters: compiled.parameters,
    step: (steps: readonly TrainingStep[]) =>
      inOrder(() =>
        through(
          steps.map(({ inputs }) => inputs),
          async (slot, from, size) => {
            for (let i = 0; i < size; i += 1) shared.learningRates[slot + i] = steps[from + i]?.learningRate ?? 0;
            await ask({ kind: 'step', slot, count: size, before: stepsTaken });
            stepsTaken += size;
          },
        ),
      ),
    evaluate: (batches) =>
      inOrder(() => through(batches, (slot, _from, size) => ask({ kind: 'evaluate', slot, count: size }))),
    run: (graph, inputs, rows) =>
      inOrder(async () => {
        if (compiled.graphs[graph] === undefined)
          throw new RangeError(`Expected a graph of the model, got \`${graph}\``);
        return joinRows(await ask({ kind: 'run', graph, inputs, rows }));
      }),
    gradient: (inputs) =>
      inOrder(async () => {
        const [metrics] = await through([inputs], (slot) => ask({ kind: 'gradient', slot }));
        const gradient = new Float32Array(count);
        for (const part of gradients) {
          for (let i = 0; i < count; i += 1) gradient[i] = (gradient[i] as number) + (part[i] as number);
        }
        return { metrics: metrics as Metrics, gradient };
      }),
    weights: () => inOrder(async () => ({ current: weights.slice(0, count), average: average.slice(0, count) })),
    setWeights: (values) =>
      inOrder(async () => {
        if (values.length !== count) throw new RangeError(`Expected ${count} weights, got ${values.length}`);
        start(values);
        stepsTaken = 0;
      }),
    exportGraphs: async (weights) => withWeights(compiled.graphs, compiled.parameters, weights),
    close,
  };
}

/** A promise that rejects as soon as one of the workers dies. */
function failureOf(workers: readonly Worker[]): { readonly promise: Promise<never>; stop(): void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    const forgets = workers.map((worker) => onDeath(worker, reject));
    stop = () => {
      for (const forget of forgets) forget();
      reject(new EngineError('Training was closed'));
    };
  });
  promise.catch(() => undefined);
  return { promise, stop: () => stop() };
}

function place(compiled: CompiledModel, shared: SharedTraining, batch: InputArrays, slot: number): void {
  for (const [name, spec] of Object.entries(compiled.inputs)) {
    const values = inputValues(batch, name, spec, shared.batchRows);
    (shared.inputs[name] as Float32Array).set(values as Float32Array, slot * values.length);
  }
}

/** Adds up what the shards reported, in their order. */
function collect(compiled: CompiledModel, shared: SharedTraining, slot: number): Metrics {
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

function metricsLength({ metrics }: CompiledModel): number {
  return metrics.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

function sharedBytes(words: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * words);
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(sharedBytes(length));
}
