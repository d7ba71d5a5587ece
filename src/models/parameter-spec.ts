/** One trainable array: its shape and how it starts. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  /** Uniform in [-limit, limit]; 0 starts the parameter at zero. */
  readonly limit: number;
  /** Values to start from instead, as many as the shape has. */
  readonly initial?: Float32Array;
}
