import type { Network } from './network.js';
import type { DenseNetworkConfig, NetworkWidths } from './network-config.js';
import { activate, dense, denseLayers, denseParameters } from './networks.js';

/** Dense layers of the given hidden widths; the decoder has them in reverse. */
export function denseNetwork({ hidden, activation }: DenseNetworkConfig, widths: NetworkWidths): Network {
  return {
    parameters: {
      ...denseParameters('encoder', [widths.inputWidth, ...hidden, widths.encodedWidth]),
      ...denseParameters('decoder', [widths.latent, ...[...hidden].reverse(), widths.outputWidth]),
    },
    encode(parameters, inputs) {
      const layers = denseLayers(parameters, 'encoder', inputs, activation);
      const output = layers.at(-1) ?? inputs;
      return { hidden: layers.slice(0, -1).map((layer) => activate(layer, activation)), output };
    },
    decode: (parameters, latent) => dense(parameters, 'decoder', latent, activation),
  };
}
