import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import type { Model } from '../models/model.js';
import { initialParameters } from '../models/parameters.js';
import { tf } from '../models/tensorflow.js';
import { foldIn, randomKey } from '../random.js';
import { anyRows } from './any-rows.js';
import type { CompiledGraphs, CompiledTraining, CompilerRequest } from './compile.js';
import { loadModel } from './load-model.js';
import { reportApart } from './report-apart.js';
import { shardsOf } from './shards-of.js';
import { toOnnx } from './to-onnx.js';
import { trace } from './trace.js';

/** Two numbers of rows to tell dimensions that follow the rows from those that do not. */
const TWO_SIZES = [5, 7] as const;

if (parentPort !== null) {
  tf.env().set('PROD', true);
  let known: { readonly model: Model; readonly seed: number } | undefined;
  for await (const [request] of on(parentPort, 'message') as AsyncIterable<[CompilerRequest]>) {
    try {
      if (typeof request === 'object') known = { model: await loadModel(request.model), seed: request.seed };
      if (known === undefined) throw new RangeError('Expected a model before what is asked of it');
      parentPort.postMessage({ value: answer(request, known) });
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : { message: String(error) };
      parentPort.postMessage({ error: message, stack });
    }
  }
}

function answer(request: CompilerRequest, { model, seed }: { readonly model: Model; readonly seed: number }): unknown {
  if (request === 'graphs') return graphsOf(model);
  if (request === 'initial') return initialParameters(model.parameters, foldIn(randomKey(seed), 'parameters'));
  return trainingOf(model, request.batchRows);
}

function trainingOf(model: Model, batchRows: number): CompiledTraining {
  const shards = shardsOf(model, batchRows);
  const rows = batchRows / shards;
  const objective = trace(model, { kind: 'objective', rows });
  const step = trace(model, { kind: 'gradients', rows });
  // Where a batch has more parts, every core is at the gradients.
  const apart = shards === 1 ? reportApart(step, new Set(Object.keys(model.parameters))) : undefined;
  return {
    parameters: model.parameters,
    inputs: model.objective.inputs,
    metrics: objective.outputs.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
    shards,
    gradients: toOnnx(apart?.gradients ?? step, {
      name: 'gradients',
      anyShape: (output) => output.startsWith('gradient/'),
    }),
    report: apart && { onnx: toOnnx(apart.report, { name: 'report' }), carried: apart.carried },
    objective: toOnnx(objective, { name: 'objective' }),
  };
}

function graphsOf(model: Model): CompiledGraphs {
  const graphs = Object.keys(model.graphs).map((name) => {
    const [few, more] = TWO_SIZES.map((size) => trace(model, { kind: 'graph', name, rows: size }));
    return [name, toOnnx(anyRows(few as never, more as never), { name })] as const;
  });
  return Object.fromEntries(graphs);
}
