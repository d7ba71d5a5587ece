import { parentPort, workerData } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import type { Model } from '../models/model.js';
import { initialParameters } from '../models/parameters.js';
import { foldIn, randomKey } from '../random.js';
import { anyRows } from './any-rows.js';
import type { CompiledModel, CompileRequest } from './compile.js';
import { loadModel } from './load-model.js';
import { shardsOf } from './shards-of.js';
import { toOnnx } from './to-onnx.js';
import { trace } from './trace.js';

/** Two numbers of rows to tell dimensions that follow the rows from those that do not. */
const TWO_SIZES = [5, 7] as const;

try {
  tf.env().set('PROD', true);
  const request = workerData as CompileRequest;
  const model = await loadModel(request.model);
  parentPort?.postMessage({ value: compileModel(model, request) });
} catch (error) {
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  parentPort?.postMessage({ error: message, stack });
}

function compileModel(model: Model, { batchRows, seed }: CompileRequest): CompiledModel {
  const shards = shardsOf(model, batchRows);
  const rows = batchRows / shards;
  const objective = trace(model, { kind: 'objective', rows });
  const gradients = trace(model, { kind: 'gradients', rows });
  const graphs = Object.keys(model.graphs).map((name) => {
    const [few, more] = TWO_SIZES.map((size) => trace(model, { kind: 'graph', name, rows: size }));
    return [name, toOnnx(anyRows(few as never, more as never), { name })] as const;
  });
  return {
    parameters: model.parameters,
    inputs: model.objective.inputs,
    metrics: objective.outputs.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
    shards,
    gradients: toOnnx(gradients, { name: 'gradients', anyShape: (output) => output.startsWith('gradient/') }),
    objective: toOnnx(objective, { name: 'objective' }),
    graphs: Object.fromEntries(graphs),
    initial: initialParameters(model.parameters, foldIn(randomKey(seed), 'parameters')),
  };
}
