import { EngineError } from '../../errors.js';
import type { OnnxBuilder } from '../onnx-builder.js';
import { convolutionKernels } from './convolution.js';
import { at, type Kernel, kernel } from './kernel.js';
import { linearKernels } from './linear.js';

interface FusedAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/**
 * Products with a bias and an activation in one call, as layers models make them: written as their parts, which ONNX Runtime
 * joins again.
 */
export const fusedKernels: Readonly<Record<string, Kernel>> = {
  _FusedMatMul: fused(linearKernels.BatchMatMul as Kernel),
  FusedConv2D: fused(convolutionKernels.Conv2D as Kernel),
};

function fused(product: Kernel): Kernel {
  return kernel<FusedAttributes>({
    infer: (inputs, attributes) => product.infer(inputs.slice(0, 2), attributes as never),
    emit: (onnx, inputs, attributes, outputs) => {
      const [name = ''] = product.emit(onnx, inputs.slice(0, 2), attributes as never, outputs);
      const [, , bias] = inputs;
      const sums = bias === undefined ? name : onnx.op('Add', [name, onnx.use(bias)]);
      if (inputs.length > 3) return [onnx.op('PRelu', [sums, onnx.use(at(inputs, 3))])];
      return [activated(onnx, sums, attributes)];
    },
  });
}

const OPERATORS: Readonly<Record<string, string>> = { relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu', tanh: 'Tanh' };

function activated(
  onnx: OnnxBuilder,
  x: string,
  { activation = 'linear', leakyreluAlpha = 0.2 }: FusedAttributes,
): string {
  if (activation === 'linear') return x;
  if (activation === 'relu6') return onnx.op('Clip', [x, onnx.scalar(0), onnx.scalar(6)]);
  if (activation === 'leakyrelu') return onnx.op('LeakyRelu', [x], { alpha: leakyreluAlpha });
  const operator = OPERATORS[activation];
  if (operator === undefined)
    throw new EngineError(`Expected a fused activation that is translated, got \`${activation}\``);
  return onnx.op(operator, [x]);
}
