import { sizeOf } from '../models/shape.js';
import type { Binding, BoundArray, BoundSession, GraphArray } from './bound-session.js';
import type { ArraySpec } from './compile.js';
import { metricsLength, partsOf, type SharedTraining, strideOf } from './shared-step.js';

/** By name: what threads share of one part of the batch in a slot: its inputs, what is carried over to its report, and its metrics. */
export function slotArrays(shared: SharedTraining, slot: number, shard: number): Record<string, BoundArray> {
  const { compiled, metrics } = shared;
  const place = (slot * compiled.shards + shard) * metricsLength(compiled);
  return {
    ...batchOf(shared, slot, shard),
    ...carriedOf(shared, slot),
    ...inARow(compiled.metrics, metrics, place),
  };
}

/** Binds a session to those arrays that its graph takes or gives; an output comes in the shape that the graph gives it. */
export function bindTo(session: BoundSession, arrays: Readonly<Record<string, BoundArray>>): Binding {
  const taken = (specs: readonly GraphArray[], shaped: (spec: GraphArray, array: BoundArray) => BoundArray) =>
    Object.fromEntries(
      specs.flatMap((spec) => {
        const array = arrays[spec.name];
        return array === undefined ? [] : [[spec.name, shaped(spec, array)] as const];
      }),
    );
  return session.bind(
    taken(session.inputs, (_, array) => array),
    taken(session.outputs, ({ shape }, { values }) => ({ values, shape })),
  );
}

function batchOf(shared: SharedTraining, slot: number, shard: number): Record<string, BoundArray> {
  const { compiled, batchRows, inputs } = shared;
  const rows = batchRows / compiled.shards;
  const entries = Object.entries(compiled.inputs).map(([name, spec]) => {
    const { parts, length, stride } = partsOf(spec, batchRows, compiled.shards);
    const first = (slot * parts + (shard % parts)) * stride;
    const values = (inputs[name] as Float32Array).subarray(first, first + length);
    return [name, { values, shape: spec.perRow ? [rows, ...spec.shape] : spec.shape }] as const;
  });
  return Object.fromEntries(entries);
}

function carriedOf({ compiled, carried }: SharedTraining, slot: number): Record<string, BoundArray> {
  const entries = (compiled.report?.carried ?? []).map(({ name, shape }) => {
    const size = sizeOf(shape);
    const first = slot * strideOf(size);
    return [name, { values: (carried[name] as Float32Array).subarray(first, first + size), shape }] as const;
  });
  return Object.fromEntries(entries);
}

/** Arrays that lie one behind the other. */
function inARow(specs: readonly ArraySpec[], values: Float32Array, from: number): Record<string, BoundArray> {
  let first = from;
  const entries = specs.map(({ name, shape }) => {
    const begin = first;
    first += sizeOf(shape);
    return [name, { values: values.subarray(begin, first), shape }] as const;
  });
  return Object.fromEntries(entries);
}
