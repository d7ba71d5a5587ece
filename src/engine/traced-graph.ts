/** A value in a traced graph: a graph input (`name`), a constant, or the output of a node. */
export interface TracedValue {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly name?: string;
  readonly constant?: Float32Array | Int32Array | Uint8Array;
}

/** A use of a value. Reshapes are not nodes, so `shape` may arrange the value's elements in another way. */
export interface TracedUse {
  readonly value: TracedValue;
  readonly shape: readonly number[];
}

/** One kernel call. */
export interface TracedNode {
  readonly kernel: string;
  readonly inputs: readonly TracedUse[];
  readonly attrs: object;
  readonly outputs: readonly TracedValue[];
}

/** What a model function computes, in an order in which it can be computed. */
export interface TracedGraph {
  readonly inputs: readonly TracedValue[];
  readonly nodes: readonly TracedNode[];
  readonly outputs: readonly (TracedUse & { readonly name: string })[];
}
