import type { ModelReference } from './model-reference.js';
import type { Span } from './span.js';

/** What a table VAE is built from. */
export interface TableVaeConfig {
  /** The columns in model order: each is drawn given those before it. */
  readonly spans: readonly Span[];
  /** Width of the hidden layers and of the decoder's state. */
  readonly hidden: number;
  /** Dimension of the latent space. */
  readonly latent: number;
  /**
   * How large the random vectors are that the decoder's state receives for each code before training, as a share of the usual size,
   * in [0, 1]; default 1. Random vectors of many codes are nearly orthogonal: from large ones it is easy to learn by heart which
   * codes came together in single records. Small ones take more steps to learn from.
   */
  readonly embeddings?: number;
  /**
   * Whether the decoder first gives each column the frequencies that its span counts, whatever came before, and not chance ones;
   * default false. Steps are then spent on what columns have to do with each other.
   */
  readonly fromFrequencies?: boolean;
}

/**
 * A reference to `tableVae` with the given configuration, for engines. It stands in a file of its own so that whoever
 * only names the model does not load TensorFlow.js.
 */
export function tableVaeReference(config: TableVaeConfig): ModelReference {
  return { module: new URL('./table-vae.js', import.meta.url).href, factory: 'tableVae', config };
}
