import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { ParameterSpec } from '../models/parameter-spec.js';
import { parameterLayout } from '../models/parameters.js';
import { pace } from '../pace.js';
import { ModelProtoSchema, TensorProto_DataType, TensorProtoSchema } from './onnx-schema/onnx_pb.js';

/**
 * ONNX files in which the parameters, inputs before, have the given values; those a file does not use are left out of it.
 * The event loop may take its turn before each.
 */
export async function withWeights(
  graphs: Readonly<Record<string, Uint8Array>>,
  parameters: Readonly<Record<string, ParameterSpec>>,
  weights: Float32Array,
): Promise<Record<string, Uint8Array>> {
  const filled: Record<string, Uint8Array> = {};
  for (const [name, onnx] of Object.entries(graphs)) {
    await pace();
    filled[name] = fill(onnx, parameters, weights);
  }
  return filled;
}

function fill(
  onnx: Uint8Array,
  parameters: Readonly<Record<string, ParameterSpec>>,
  weights: Float32Array,
): Uint8Array {
  const model = fromBinary(ModelProtoSchema, onnx);
  const graph = model.graph;
  if (graph === undefined) throw new RangeError('Expected an ONNX file with a graph');
  const used = new Set(graph.node.flatMap(({ input }) => input));
  const layout = parameterLayout(parameters);
  const names = new Set(layout.map(({ name }) => name));
  graph.input = graph.input.filter(({ name }) => !names.has(name ?? ''));
  for (const { name, shape, offset, size } of layout) {
    if (!used.has(name)) continue;
    const values = weights.slice(offset, offset + size);
    graph.initializer.push(
      create(TensorProtoSchema, {
        name,
        dataType: TensorProto_DataType.FLOAT,
        dims: shape.map(BigInt),
        rawData: new Uint8Array(values.buffer),
      }),
    );
  }
  return toBinary(ModelProtoSchema, model);
}
