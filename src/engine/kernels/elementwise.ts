import { tf } from '../../models/tensorflow.js';
import type { OnnxBuilder } from '../onnx-builder.js';
import { type ArrayType, at, type Kernel, type KernelInput, kernel } from './kernel.js';

/** Takes every normal positive float32 to 1 or more. */
const LARGEST = 1e38;

/** Kernels that work element by element, with broadcasting. */
export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: binary((onnx, a, b) => {
    const difference = onnx.op('Sub', [a, b]);
    return onnx.op('Mul', [difference, difference]);
  }),
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  Equal: binary('Equal', 'bool'),
  NotEqual: binary((onnx, a, b) => onnx.op('Not', [onnx.op('Equal', [a, b])]), 'bool'),
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
  AddN: kernel({
    infer: (inputs) => [typeOf(at(inputs, 0))],
    emit: (onnx, inputs) => [inputs.map((input) => onnx.use(input)).reduce((sum, name) => onnx.op('Add', [sum, name]))],
  }),
  Select: kernel({
    infer: (inputs) => [typeOf(at(inputs, 1))],
    emit: (onnx, inputs) => {
      const [condition, yes, no] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
      const rows = condition.shape.length === 1 && yes.shape.length > 1;
      const shape = rows ? [...condition.shape, ...yes.shape.slice(1).map(() => 1)] : condition.shape;
      return [onnx.op('Where', [onnx.use(condition, shape), onnx.use(yes), onnx.use(no)])];
    },
  }),
  Exp: unary('Exp'),
  Log: unary('Log'),
  /** As log(u) x / (u - 1), u = 1 + x, which makes up for what rounding took from u (Goldberg 1991, theorem 4). */
  Log1p: unary((onnx, x) => {
    const u = onnx.op('Add', [x, onnx.scalar(1)]);
    const rounded = onnx.op('Sub', [u, onnx.scalar(1)]);
    const log = onnx.op('Log', [u]);
    return nearZero(onnx, x, rounded, onnx.op('Div', [onnx.op('Mul', [log, x]), rounded]), log);
  }),
  /** As (u - 1) x / log(u), u = exp(x), likewise (Kahan). */
  Expm1: unary((onnx, x) => {
    const u = onnx.op('Exp', [x]);
    const rounded = onnx.op('Sub', [u, onnx.scalar(1)]);
    const ratio = onnx.op('Div', [onnx.op('Mul', [rounded, x]), onnx.op('Log', [u])]);
    return nearZero(onnx, x, rounded, ratio, rounded);
  }),
  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Floor: unary('Floor'),
  Sqrt: unary('Sqrt'),
  Rsqrt: unary((onnx, x) => onnx.op('Reciprocal', [onnx.op('Sqrt', [x])])),
  Reciprocal: unary('Reciprocal'),
  Square: unary((onnx, x) => onnx.op('Mul', [x, x])),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  /** As max(x, 0) + log1p(p), p = exp(-|x|): log(u), u = 1 + p, and what rounding took from u. Vector code, unlike ONNX Runtime's own. */
  Softplus: unary((onnx, x) => {
    const power = onnx.op('Exp', [onnx.op('Neg', [onnx.op('Abs', [x])])]);
    const u = onnx.op('Add', [power, onnx.scalar(1)]);
    const lost = onnx.op('Sub', [power, onnx.op('Sub', [u, onnx.scalar(1)])]);
    return onnx.op('Add', [onnx.op('Relu', [x]), onnx.op('Add', [onnx.op('Log', [u]), lost])]);
  }),
  Relu: unary('Relu'),
  Relu6: unary((onnx, x) => onnx.op('Clip', [x, onnx.scalar(0), onnx.scalar(6)])),
  Elu: unary('Elu'),
  LeakyRelu: unary((onnx, x, { alpha }: { alpha: number }) => onnx.op('LeakyRelu', [x], { alpha })),
  LogicalNot: unary('Not', 'bool'),
  ClipByValue: unary((onnx, x, { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) =>
    onnx.op('Clip', [x, onnx.scalar(clipValueMin), onnx.scalar(clipValueMax)]),
  ),
  /** 1 where x > 0, else alpha, in one pass of vector code; of the Relu of x where there is one, so that a product may take that in. */
  Step: unary((onnx, x, { alpha }: { alpha: number }) => {
    const positive = onnx.op('HardSigmoid', [onnx.made('Relu', [x]) ?? x], { alpha: LARGEST, beta: 0 });
    if (alpha === 0) return positive;
    return onnx.op('Add', [onnx.op('Mul', [positive, onnx.scalar(1 - alpha)]), onnx.scalar(alpha)]);
  }),
  EluGrad: binary((onnx, dy, y) => {
    const below = onnx.op('Mul', [dy, onnx.op('Add', [y, onnx.scalar(1)])]);
    return onnx.op('Where', [onnx.op('Greater', [y, onnx.scalar(0)]), dy, below]);
  }),
  Cast: kernel({
    infer: (inputs, { dtype }: { dtype: string }) => [{ shape: at(inputs, 0).shape, dtype }],
    emit: (onnx, inputs, { dtype }) => [onnx.cast(onnx.use(at(inputs, 0)), at(inputs, 0).value.dtype, dtype)],
  }),
};

/** `near` where |x| < 0.5, x itself where its rounded twin is 0, and `far` elsewhere. */
function nearZero(onnx: OnnxBuilder, x: string, rounded: string, near: string, far: string): string {
  const inside = onnx.op('Less', [onnx.op('Abs', [x]), onnx.scalar(0.5)]);
  const vanished = onnx.op('Equal', [rounded, onnx.scalar(0)]);
  return onnx.op('Where', [vanished, x, onnx.op('Where', [inside, near, far])]);
}

type Emit<Attributes> = (onnx: OnnxBuilder, x: string, attributes: Attributes) => string;

function unary<Attributes>(operator: string | Emit<Attributes>, dtype?: string): Kernel {
  return kernel<Attributes>({
    infer: (inputs) => [{ shape: at(inputs, 0).shape, dtype: dtype ?? at(inputs, 0).dtype }],
    emit: (onnx, inputs, attributes) => {
      const x = onnx.use(at(inputs, 0));
      return [typeof operator === 'string' ? onnx.op(operator, [x]) : operator(onnx, x, attributes)];
    },
  });
}

function binary(operator: string | ((onnx: OnnxBuilder, a: string, b: string) => string), dtype?: string): Kernel {
  return kernel<object>({
    infer: (inputs) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
      return [{ shape, dtype: dtype ?? a.dtype }];
    },
    emit: (onnx, inputs, _attributes, outputs) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      const shape = at(outputs, 0).shape;
      const [left, right] = [onnx.operand(a, b, shape), onnx.operand(b, a, shape)];
      if (operator === 'Mul' && onnx.isScalar(right, 1)) return [left];
      if (operator === 'Mul' && onnx.isScalar(left, 1)) return [right];
      if (operator === 'Add' && onnx.isScalar(right, 0)) return [left];
      if (operator === 'Add' && onnx.isScalar(left, 0)) return [right];
      return [typeof operator === 'string' ? onnx.op(operator, [left, right]) : operator(onnx, left, right)];
    },
  });
}

function typeOf({ shape, dtype }: KernelInput): ArrayType {
  return { shape, dtype };
}
