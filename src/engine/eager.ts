import { setImmediate as macrotask } from 'node:timers/promises';
import { EngineError } from '../errors.js';
import type { Model } from '../models/model.js';
import { initialParameters, parameterCount } from '../models/parameters.js';
import { foldIn, randomKey } from '../random.js';
import { adamDefaults, createAdam } from './adam.js';
import { CHUNK_ROWS } from './chunk-rows.js';
import { compile } from './compile.js';
import { eagerPasses } from './eager-passes.js';
import type { Engine, InputArrays, Metrics, Trainer, TrainerOptions } from './engine.js';
import { inputValues } from './input-values.js';
import { joinRows } from './join-rows.js';
import { loadModel } from './load-model.js';
import { loadTensorflow, type Tensorflow } from './load-tensorflow.js';
import { createParameterMemory, parametersIn } from './parameter-memory.js';
import { shardsOf } from './shards-of.js';
import { parameterSizes } from './shared-step.js';
import { withWeights } from './with-weights.js';

/**
 * The engine that runs models as TensorFlow.js does: call by call, on the main thread, on the backend that
 * `loadTensorflow` finds. Slower than the compiled one by an order of magnitude, but it knows every kernel. Only
 * `exportGraphs` compiles. The option `workers` has no effect.
 */
export const tensorflowEngine: Engine = {
  name: 'tensorflow',
  async createTrainer(options) {
    const { tf } = await loadTensorflow();
    options.signal?.throwIfAborted();
    try {
      const trainer = trainerOf(tf, await loadModel(options.model), options);
      const key = foldIn(randomKey(options.seed), 'parameters');
      await trainer.setWeights(initialParameters(trainer.parameters, key));
      return trainer;
    } catch (cause) {
      throw new EngineError(`Expected training to start: ${String(cause)}`, { cause });
    }
  },
};

function trainerOf(tf: Tensorflow, model: Model, options: TrainerOptions): Trainer {
  const { batchRows } = options;
  const shards = shardsOf(model, batchRows);
  const count = parameterCount(model.parameters);
  const sizes = parameterSizes({ parameters: model.parameters, shards });
  const memory = createParameterMemory(sizes);
  const { weights, average, gradients, slice, start } = parametersIn(memory, sizes);
  const all = slice(0, sizes.padded);
  const adam = createAdam(memory, options.adam ?? adamDefaults, options.averageDecay ?? 0.99);
  const passes = eagerPasses(tf, model, batchRows / shards);
  let queue: Promise<unknown> = Promise.resolve();
  let stepsTaken = 0;
  let closed = false;

  /** Runs calls one after the other; whatever TensorFlow.js throws ends the training. */
  const inOrder = <T>(act: () => T | Promise<T>): Promise<T> => {
    const result = queue.then(async () => {
      if (closed) throw new EngineError('Expected an open trainer, got one that was closed');
      try {
        return await act();
      } catch (cause) {
        if (cause instanceof RangeError) throw cause;
        closed = true;
        throw cause instanceof EngineError ? cause : new EngineError(String(cause), { cause });
      }
    });
    queue = result.catch(() => undefined);
    return result;
  };
  /** One batch after the other, the event loop having its turn in between. */
  const each = async <T, R>(batches: readonly T[], act: (batch: T) => R): Promise<R[]> => {
    const results: R[] = [];
    for (const batch of batches) {
      results.push(act(batch));
      await macrotask();
      if (closed) throw new EngineError('Training was closed');
    }
    return results;
  };
  const cut = (inputs: InputArrays): InputArrays[] => partsOf(model, inputs, batchRows, shards);
  const differentiate = (parts: readonly InputArrays[]): Metrics =>
    sumOf(parts.map((part, shard) => passes.differentiate(weights, part, gradients[shard] as Float32Array)));

  return {
    batchRows,
    parameters: model.parameters,
    step: (steps) =>
      inOrder(() => {
        const batches = steps.map(({ inputs, learningRate }) => ({ parts: cut(inputs), learningRate }));
        return each(batches, ({ parts, learningRate }) => {
          const metrics = differentiate(parts);
          stepsTaken += 1;
          adam(all, stepsTaken, learningRate);
          return metrics;
        });
      }),
    evaluate: (batches) =>
      inOrder(() => each(batches.map(cut), (parts) => sumOf(parts.map((part) => passes.evaluate(average, part))))),
    run: (graph, inputs, rows) =>
      inOrder(async () => {
        if (model.graphs[graph] === undefined) throw new RangeError(`Expected a graph of the model, got \`${graph}\``);
        return joinRows(await each(chunksOf(inputs, rows), (chunk) => passes.run(graph, average, ...chunk)));
      }),
    gradient: (inputs) =>
      inOrder(async () => {
        const [metrics] = await each([cut(inputs)], differentiate);
        const gradient = (gradients[0] as Float32Array).slice(0, count);
        for (const other of gradients.slice(1)) {
          for (let i = 0; i < count; i += 1) gradient[i] = (gradient[i] as number) + (other[i] as number);
        }
        return { metrics: metrics as Metrics, gradient };
      }),
    weights: () => inOrder(() => ({ current: weights.slice(0, count), average: average.slice(0, count) })),
    setWeights: (values) =>
      inOrder(() => {
        if (values.length !== count) throw new RangeError(`Expected ${count} weights, got ${values.length}`);
        start(values);
        stepsTaken = 0;
      }),
    exportGraphs: async (values) => {
      const { graphs, parameters } = await compile({ model: options.model, batchRows, seed: options.seed });
      return withWeights(graphs, parameters, values);
    },
    close: async () => {
      closed = true;
    },
  };
}

/** Cuts a batch into its shards, views of its arrays. */
function partsOf(model: Model, batch: InputArrays, batchRows: number, shards: number): InputArrays[] {
  const cut = Object.entries(model.objective.inputs).map(([name, spec]) => {
    const values = inputValues(batch, name, spec, batchRows);
    const part = values.length / shards;
    return (shard: number) =>
      [name, spec.perRow ? values.slice(shard * part, (shard + 1) * part) : values.slice()] as const;
  });
  return Array.from({ length: shards }, (_, shard) => Object.fromEntries(cut.map((of) => of(shard))));
}

/** Rows in parts that take not too long, each with how many they are. */
function chunksOf(inputs: InputArrays, rows: number): [InputArrays, number][] {
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, chunk) => {
    const [from, to] = [chunk * CHUNK_ROWS, Math.min(rows, (chunk + 1) * CHUNK_ROWS)];
    const part = Object.entries(inputs).map(([name, values]) => {
      const width = values.length / rows;
      return [name, values.slice(from * width, to * width)] as const;
    });
    return [Object.fromEntries(part), to - from];
  });
}

/** Adds up what the shards reported, in their order. */
function sumOf(parts: readonly Metrics[]): Metrics {
  const [first = {}, ...others] = parts;
  for (const other of others) {
    for (const [name, values] of Object.entries(first)) {
      for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) + (other[name]?.[i] as number);
    }
  }
  return first;
}
