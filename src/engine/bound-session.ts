/** An array that a session reads or fills in place. */
export interface BoundArray {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** An input or an output of a graph. */
export interface GraphArray {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  /** -1 where a dimension follows the number of rows. */
  readonly shape: readonly number[];
}

/** A graph that is run on arrays which it is told once. */
export interface BoundSession {
  readonly inputs: readonly GraphArray[];
  readonly outputs: readonly GraphArray[];
  /** The graph with arrays for its inputs and outputs: all of them, now or later. They may be memory that threads share. */
  bind(inputs: Readonly<Record<string, BoundArray>>, outputs: Readonly<Record<string, BoundArray>>): Binding;
  /** Frees the session and its bindings, which cannot be used afterwards. */
  close(): void;
}

/** A session with its arrays. */
export interface Binding {
  /** Binds further arrays, or others in their place. */
  bind(inputs: Readonly<Record<string, BoundArray>>, outputs: Readonly<Record<string, BoundArray>>): void;
  /** Reads the inputs and fills the outputs; rejects with what ONNX Runtime says. */
  run(): void | Promise<void>;
  /** Frees the binding, which cannot be used afterwards; its arrays stay. */
  close(): void;
}

/** How a session is made. */
export interface SessionOptions {
  /**
   * Plans the memory of a run as one block after the first. That spares a tenth of a run with small arrays; for large ones it
   * saves no time, and the block lies beside what the first run took: 15 MB a thread for a table. Default false.
   */
  readonly planMemory?: boolean;
  /** Lets ONNX Runtime rewrite the graph, whose results stay the same but for rounding. Default true. */
  readonly optimise?: boolean;
}
