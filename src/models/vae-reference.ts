import type { ModelReference } from './model-reference.js';
import type { NetworkConfig } from './network-config.js';
import type { Span } from './span.js';

/** What a factorised VAE is built from. */
export interface VaeConfig {
  readonly spans: readonly Span[];
  readonly network: NetworkConfig;
  /** Dimension of the latent space. */
  readonly latent: number;
  /** Nats of divergence a latent dimension that cost nothing, 0 or more. */
  readonly freeBits: number;
}

/** A reference to `vae` with the given configuration; in a file of its own as that of `tableVae`. */
export function vaeReference(config: VaeConfig): ModelReference {
  return { module: new URL('./vae.js', import.meta.url).href, factory: 'vae', config };
}
