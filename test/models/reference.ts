import type { ParameterSpec } from '../../src/models/parameter-spec.js';
import { parameterLayout } from '../../src/models/parameters.js';
import type { Span } from '../../src/models/span.js';
import type { TableVaeConfig } from '../../src/models/table-vae-reference.js';
import { fillUniforms, randomKey } from '../../src/random.js';

/** The models again, in plain float64 loops and one row at a time, written from their papers. */

type Vector = readonly number[];
type Matrix = readonly Vector[];
type Arrays = Readonly<Record<string, ArrayLike<number>>>;
type Parameters = (name: string) => Matrix;

const relu = (x: Vector) => x.map((v) => Math.max(0, v));
const plus = (a: Vector, b: Vector) => a.map((v, i) => v + b[i]!);
const dot = (a: Vector, b: Vector) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
/** x [n] times m [n, k] */
const times = (x: Vector, m: Matrix) => m[0]!.map((_, k) => x.reduce((sum, v, i) => sum + v * m[i]![k]!, 0));

export function softmax(logits: Vector): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((v) => Math.exp(v - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

export function normalDivergence(mu: Vector, logVar: Vector): number {
  return mu.reduce((sum, m, i) => sum + (m * m + Math.exp(logVar[i]!) - 1 - logVar[i]!) / 2, 0);
}

/** Parameters by name as matrices (a vector is a matrix of one row), out of a flat array. */
export function parametersOf(specs: Readonly<Record<string, ParameterSpec>>, flat: ArrayLike<number>): Parameters {
  const matrices = parameterLayout(specs).map(({ name, shape, offset }) => {
    const [rows, columns] = shape.length === 2 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
    const row = (r: number) => Array.from({ length: columns }, (_, c) => flat[offset + r * columns + c]!);
    return [name, Array.from({ length: rows }, (_, r) => row(r))] as const;
  });
  const byName = new Map(matrices);
  return (name) => byName.get(name) ?? [];
}

function dense(p: Parameters, name: string, x: Vector): Vector {
  let out = x;
  for (let i = 0; p(`${name}.${i}.kernel`).length > 0; i += 1) {
    out = plus(times(i > 0 ? relu(out) : out, p(`${name}.${i}.kernel`)), p(`${name}.${i}.bias`)[0]!);
  }
  return out;
}

/** A table VAE's parts for one record. */
export function plainTableVae({ spans, latent }: TableVaeConfig, p: Parameters) {
  const offsets = spans.map((_, j) => spans.slice(0, j).reduce((sum, { width }) => sum + width, 0));
  const ordered = spans.filter(({ scores }) => scores !== undefined);
  /** What a code shares with others of its column, by the terms of all columns with an order. */
  const basisOf = (ordered: readonly Span[], knots: readonly number[]) => {
    const terms = ordered.map(({ scores }) => {
      const order = scores!.filter((x) => x !== 0).sort((x, y) => x - y);
      const smooth = knots.filter((count) => 2 * count <= order.length);
      return scores!.map((x) => {
        const place = order.indexOf(x) / (order.length - 1);
        const hats = smooth.flatMap((count) => {
          const gap = 1 / (count - 1);
          return Array.from({ length: count }, (_, i) => Math.max(0, 1 - Math.abs(place - i * gap) / gap));
        });
        return x === 0 ? [0, 0, ...hats.map(() => 0)] : [x, (x * x - 1) / 1.4, ...hats];
      });
    });
    const zeros = terms.map((codes) => codes[0]!.map(() => 0));
    return spans.flatMap((span) => {
      const at = ordered.indexOf(span);
      const codes = Array.from({ length: span.width }, (_, k) => k);
      return codes.map((k) => zeros.flatMap((none, t) => (t === at ? terms[t]![k]! : none)));
    });
  };
  const withOrdinal = (own: string, shared: string, knots: readonly number[], weight: number, sharing = ordered) => {
    const basis = basisOf(sharing, knots);
    const isOrdered = spans.flatMap((span) => Array.from({ length: span.width }, () => sharing.includes(span)));
    return p(own).map((row, code) =>
      isOrdered[code]
        ? plus(
            row.map((x) => weight * x),
            times(basis[code]!, p(shared)),
          )
        : row,
    );
  };
  const knots = [4, 8, 16];
  const encoderIn = withOrdinal('encoder.codes', 'encoder.ordinal', [], 1);
  const decoderIn =
    spans.length === 1
      ? []
      : withOrdinal(
          'decoder.in',
          'decoder.ordinalIn',
          knots,
          0.6,
          ordered.filter((span) => span !== spans.at(-1)),
        );
  const decoderOut = withOrdinal('decoder.out', 'decoder.ordinalOut', knots, 0.6);
  const next = (state: Vector, j: number, code: number) =>
    j + 1 < spans.length ? plus(state, decoderIn[offsets[j]! + code]!) : state;
  /** p(code_j | state) */
  const probabilities = (state: Vector, j: number) => {
    const features = relu(plus(state, p('decoder.shift')[j]!));
    const codes = Array.from({ length: spans[j]!.width }, (_, k) => offsets[j]! + k);
    return softmax(codes.map((code) => dot(features, decoderOut[code]!) + p('decoder.bias')[0]![code]!));
  };
  return {
    nullState: p('decoder.null')[0]!,
    stateOf: (z: Vector) => dense(p, 'trunk', z),
    encode: (codes: Vector) => {
      const first = codes.reduce<Vector>(
        (sum, code, j) => plus(sum, encoderIn[offsets[j]! + code]!),
        p('encoder.bias')[0]!,
      );
      const out = dense(p, 'encoder', relu(first));
      return { mu: out.slice(0, latent), logVar: out.slice(latent) };
    },
    next,
    probabilities,
    crossEntropy: (start: Vector, codes: Vector) => {
      let state = start;
      return codes.reduce((sum, code, j) => {
        const loss = -Math.log(probabilities(state, j)[code]!);
        state = next(state, j, code);
        return sum + loss;
      }, 0);
    },
  };
}

/** The objective of a table VAE: inputs as the model's. */
export function tableVaeObjective(config: TableVaeConfig, p: Parameters, inputs: Arrays) {
  const model = plainTableVae(config, p);
  const rows = inputs.weights!.length;
  const half = Math.ceil(rows / 2);
  const row = (values: ArrayLike<number>, r: number) =>
    Array.from(values).slice((r * values.length) / rows, ((r + 1) * values.length) / rows);
  const sums = { reconstruction: 0, divergence: 0, likelihood: 0 };
  for (let r = 0; r < rows; r += 1) {
    const weight = inputs.weights![r]!;
    const codes = row(inputs.codes!, r);
    if (r >= half) {
      sums.likelihood += weight * model.crossEntropy(model.nullState, codes);
      continue;
    }
    const { mu, logVar } = model.encode(codes);
    const z = row(inputs.noise!, r).map((e, i) => mu[i]! + Math.exp(logVar[i]! / 2) * e);
    sums.reconstruction += weight * model.crossEntropy(model.stateOf(z), codes);
    sums.divergence += weight * normalDivergence(mu, logVar);
  }
  const loss = sums.reconstruction + sums.likelihood + inputs.beta![0]! * sums.divergence;
  return {
    loss,
    reconstruction: 2 * sums.reconstruction,
    divergence: 2 * sums.divergence,
    likelihood: 2 * sums.likelihood,
  };
}

/** The objective of the dense VAE with a Bernoulli decoder. */
export function denseVaeObjective({ latent }: { latent: number }, p: Parameters, inputs: Arrays) {
  const rows = inputs.weights!.length;
  let loss = 0;
  for (let r = 0; r < rows; r += 1) {
    const row = (values: ArrayLike<number>) =>
      Array.from(values).slice((r * values.length) / rows, ((r + 1) * values.length) / rows);
    const x = row(inputs.x!);
    const out = dense(p, 'encoder', x);
    const [mu, logVar] = [out.slice(0, latent), out.slice(latent)];
    const logits = dense(
      p,
      'decoder',
      row(inputs.noise!).map((e, i) => mu[i]! + Math.exp(logVar[i]! / 2) * e),
    );
    const crossEntropy = logits.reduce(
      (sum, l, i) => sum + Math.log1p(Math.exp(-Math.abs(l))) + Math.max(l, 0) - x[i]! * l,
      0,
    );
    loss += inputs.weights![r]! * (crossEntropy + normalDivergence(mu, logVar));
  }
  return { loss };
}

/** The gradient by central differences; the step is small so that none falls across a kink of relu. */
export function centralDifferences(f: (x: Float64Array) => number, at: ArrayLike<number>, step = 1e-7): Float64Array {
  const x = Float64Array.from(at);
  return x.map((value, i) => {
    x[i] = value + step;
    const above = f(x);
    x[i] = value - step;
    const below = f(x);
    x[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Adam (Kingma and Ba 2015, algorithm 1) in float64, and the average of the weights. */
export function createReferenceAdam(
  start: ArrayLike<number>,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.99 } = {},
) {
  const weights = Float64Array.from(start);
  const average = Float64Array.from(start);
  const first = new Float64Array(start.length);
  const second = new Float64Array(start.length);
  let t = 0;
  return {
    weights,
    average,
    step(gradient: ArrayLike<number>, learningRate: number): void {
      t += 1;
      const keep = Math.min(decay, (1 + t) / (10 + t));
      for (let i = 0; i < weights.length; i += 1) {
        first[i] = beta1 * first[i]! + (1 - beta1) * gradient[i]!;
        second[i] = beta2 * second[i]! + (1 - beta2) * gradient[i]! ** 2;
        const [m, v] = [first[i]! / (1 - beta1 ** t), second[i]! / (1 - beta2 ** t)];
        weights[i] = weights[i]! - (learningRate * m) / (Math.sqrt(v) + epsilon);
        average[i] = keep * average[i]! + (1 - keep) * weights[i]!;
      }
    },
  };
}

/** Numbers in (low, high) for a purpose. */
export function uniforms(seed: number, count: number, low = 0, high = 1): Float32Array {
  const values = new Float32Array(count);
  fillUniforms(randomKey(seed), [0], count, values);
  return values.map((u) => low + (high - low) * u);
}
