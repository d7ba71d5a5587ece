import type { Tensor } from '@tensorflow/tfjs';
import type { Graph, Model, Tensors } from '../models/model.js';
import { parameterLayout } from '../models/parameters.js';
import type { InputArrays, Metrics } from './engine.js';
import type { Tensorflow } from './load-tensorflow.js';

/** Ways through a model's objective, from arrays to arrays. `flat` holds all parameters. */
export interface EagerPasses {
  evaluate(flat: Float32Array, inputs: InputArrays): Metrics;
  /** One of the model's graphs on `count` rows. */
  run(graph: string, flat: Float32Array, inputs: InputArrays, count: number): Record<string, Float32Array | Int32Array>;
  /** Also leaves the gradient of the loss in `gradient`. */
  differentiate(flat: Float32Array, inputs: InputArrays, gradient: Float32Array): Metrics;
}

/** The passes for batches of `rows` rows on the active backend. Every tensor made on the way is freed. */
export function eagerPasses(tf: Tensorflow, model: Model, rows: number): EagerPasses {
  const layout = parameterLayout(model.parameters);
  const parametersOf = (flat: Float32Array) =>
    layout.map(({ shape, offset, size }) => tf.tensor(flat.slice(offset, offset + size), [...shape], 'float32'));
  const run = (graph: Graph, values: readonly Tensor[], inputs: InputArrays, count: number): Tensors => {
    const tensors = Object.entries(graph.inputs).map(([name, { shape, dtype, perRow }]) => {
      const whole = perRow ? [count, ...shape] : [...shape];
      return [name, tf.tensor(inputs[name] as Float32Array, whole, dtype)] as const;
    });
    const named = layout.map(({ name }, i) => [name, values[i] as Tensor] as const);
    return graph.run(Object.fromEntries(named), Object.fromEntries(tensors));
  };
  const { objective, graphs } = model;
  return {
    evaluate: (flat, inputs) => inScope(tf, () => read(run(objective, parametersOf(flat), inputs, rows))),
    run: (graph, flat, inputs, count) =>
      inScope(tf, () => {
        const outputs = Object.entries(run(graphs[graph] as Graph, parametersOf(flat), inputs, count));
        return Object.fromEntries(outputs.map(([name, x]) => [name, x.dataSync<'float32' | 'int32'>().slice()]));
      }),
    differentiate: (flat, inputs, gradient) =>
      inScope(tf, () => {
        let metrics: Metrics = {};
        const { grads } = tf.valueAndGrads((...values) => {
          const outputs = run(objective, values, inputs, rows);
          metrics = read(outputs);
          return outputs.loss as Tensor;
        })(parametersOf(flat));
        layout.forEach(({ offset }, i) => {
          gradient.set((grads[i] as Tensor).dataSync(), offset);
        });
        return metrics;
      }),
  };
}

/** As tf.tidy, but the result need not be made of tensors. */
function inScope<T>(tf: Tensorflow, act: () => T): T {
  tf.engine().startScope('rx-augment');
  try {
    return act();
  } finally {
    tf.engine().endScope();
  }
}

function read(outputs: Tensors): Metrics {
  return Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, Float32Array.from(x.dataSync())]));
}
