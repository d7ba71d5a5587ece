import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TypeProtoSchema } from '../../src/engine/onnx-schema/onnx_pb.js';

/** An ONNX file whose input `several` is a sequence of tensors, and whose output is their concatenation. */
export function sequenceModel(): Uint8Array {
  const tensor = create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: 1 } } });
  const sequence = create(TypeProtoSchema, { value: { case: 'sequenceType', value: { elemType: tensor } } });
  const axis = { name: 'axis', type: 2, i: 0n };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'sequence',
      node: [{ opType: 'ConcatFromSequence', input: ['several'], output: ['one'], attribute: [axis] }],
      input: [{ name: 'several', type: sequence }],
      output: [{ name: 'one', type: tensor }],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
