import { create, toBinary } from '@bufbuild/protobuf';
import { kernelNamed } from './kernels/index.js';
import { createOnnxBuilder, type NumberType, type OnnxConstant, type OnnxNode, onnxTypes } from './onnx-builder.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx-schema/onnx_pb.js';
import { resultOrder } from './result-order.js';
import { simplify } from './simplify.js';
import type { TracedGraph } from './traced-graph.js';

const OPSET = 18n;
const IR_VERSION = 8n;

/** Attributes that are not whole numbers. */
const FLOATS: ReadonlySet<string> = new Set(['alpha', 'beta']);

/** How a graph is written. */
export interface ToOnnxOptions {
  readonly name: string;
  /** Whether an output may come in another shape of as many numbers, if that spares a call; default: none may. */
  readonly anyShape?: (output: string) => boolean;
}

/**
 * Writes a traced graph as an ONNX model (IR version 8, opset 18). A dimension of -1 is written as the symbol `rows`.
 * Throws an EngineError that names a kernel or a type for which there is no translation.
 */
export function toOnnx(graph: TracedGraph, { name, anyShape = () => false }: ToOnnxOptions): Uint8Array {
  const builder = createOnnxBuilder();
  const shapes = new Map<string, readonly number[]>();
  for (const input of graph.inputs) {
    builder.bind(input, input.name ?? `v${input.id}`);
    shapes.set(input.name ?? `v${input.id}`, input.shape);
  }
  for (const node of graph.nodes) {
    const outputs = kernelNamed(node.kernel).emit(builder, node.inputs, node.attrs as never, node.outputs);
    node.outputs.forEach((value, i) => {
      builder.bind(value, outputs[i] as string);
      shapes.set(outputs[i] as string, value.shape);
    });
  }
  const results = graph.outputs.map((output) => {
    const shaped = { name: builder.use(output), shape: output.shape };
    const result = anyShape(output.name) ? builder.unshaped(shaped.name, shaped.shape) : shaped;
    return { ...output, internal: result.name, shape: result.shape };
  });
  const ones = new Set<string>();
  const scalars = new Map<string, number>();
  for (const { name, shape, values } of builder.constants) {
    shapes.set(name, shape);
    if (shape.length === 0) scalars.set(name, values[0] as number);
    if (Array.prototype.every.call(values, (value) => value === 1)) ones.add(name);
  }
  const wanted = new Set(results.map(({ internal }) => internal));
  const nodes = simplify(builder.nodes, wanted, {
    shapeOf: (name) => shapes.get(name),
    isOnes: (name) => ones.has(name),
    scalarOf: (name) => scalars.get(name),
  });
  const named = resultOrder(withPublicNames(nodes, results));
  const used = new Set(named.flatMap((node) => node.inputs));
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    producerName: 'rx-augment',
    graph: {
      name,
      node: named.map(nodeProto),
      initializer: builder.constants.filter(({ name }) => used.has(name)).map(tensorProto),
      input: graph.inputs.map(({ name, id, shape, dtype }) => valueInfo(name ?? `v${id}`, shape, dtype)),
      output: results.map(({ name, shape, value }) => valueInfo(name, shape, value.dtype)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** Gives results their public names: by renaming where a call makes them, else through an Identity. */
function withPublicNames(
  nodes: readonly OnnxNode[],
  results: readonly { readonly name: string; readonly internal: string }[],
): readonly OnnxNode[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const identities: OnnxNode[] = [];
  for (const { name, internal } of results) {
    if (made.has(internal) && !renamed.has(internal)) renamed.set(internal, name);
    else {
      const from = renamed.get(internal) ?? internal;
      identities.push({ operator: 'Identity', inputs: [from], outputs: [name], attributes: {} });
    }
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  const kept = nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }));
  return [...kept, ...identities];
}

function nodeProto({ operator, inputs, outputs, attributes }: OnnxNode) {
  return create(NodeProtoSchema, {
    opType: operator,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string') {
        const s = new TextEncoder().encode(value);
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s });
      }
      if (typeof value !== 'number') {
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
      }
      if (FLOATS.has(name))
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
    }),
  });
}

function tensorProto({ name, dtype, shape, values }: OnnxConstant) {
  return create(TensorProtoSchema, {
    name,
    dataType: onnxTypes[dtype],
    dims: shape.map(BigInt),
    rawData: rawBytes(dtype, values),
  });
}

/** Raw tensor data is little-endian, whatever the machine. */
function rawBytes(dtype: NumberType, values: ArrayLike<number>): Uint8Array {
  const width = { float32: 4, int32: 4, int64: 8, bool: 1 }[dtype];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (dtype === 'float32') view.setFloat32(i * 4, value, true);
    else if (dtype === 'int32') view.setInt32(i * 4, value, true);
    else if (dtype === 'int64') view.setBigInt64(i * 8, BigInt(value), true);
    else view.setUint8(i, value === 0 ? 0 : 1);
  }
  return bytes;
}

function valueInfo(name: string, shape: readonly number[], dtype: string): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxTypes[dtype as NumberType],
          shape: {
            dim: shape.map((dim) =>
              dim === -1
                ? { value: { case: 'dimParam' as const, value: 'rows' } }
                : { value: { case: 'dimValue' as const, value: BigInt(dim) } },
            ),
          },
        },
      },
    },
  });
}
