import { convolutionalNetwork } from './convolutional-network.js';
import { denseNetwork } from './dense-network.js';
import type { Network } from './network.js';
import type { NetworkConfig, NetworkWidths } from './network-config.js';
import { ownNetwork } from './own-network.js';

/** The network of a configuration, fitted to the widths. Rejects with a TypeError or RangeError where they do not go together. */
export async function buildNetwork(config: NetworkConfig, widths: NetworkWidths): Promise<Network> {
  switch (config.kind) {
    case 'dense':
      return denseNetwork(config, widths);
    case 'convolutional':
      return convolutionalNetwork(config, widths);
    case 'own':
      return ownNetwork(config, widths);
    default:
      return config satisfies never;
  }
}
