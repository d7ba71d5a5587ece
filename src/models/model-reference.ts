/**
 * A model that can be built in another thread: a module's URL, the name of a function it exports, and the value
 * (structured-cloneable) to call it with.
 */
export interface ModelReference {
  readonly module: string;
  readonly factory: string;
  readonly config: unknown;
}
