import type { Activation } from '../models/activation.js';
import type { SparsityPenalty } from '../models/autoencoder-reference.js';
import type { ModelReference } from '../models/model-reference.js';
import type { NetworkConfig } from '../models/network-config.js';
import type { FitSettings } from './fit-options.js';

/** What a network is, in short. Part of a saved model. */
export type NetworkSummary =
  | {
      /** The VAE whose decoder is autoregressive over columns. */
      readonly kind: 'table-vae';
      readonly latent: number;
      readonly hidden: number;
    }
  | {
      /** The VAE whose decoder is factorised. */
      readonly kind: 'vae';
      readonly latent: number;
      readonly freeBits: number;
      readonly network: NetworkConfig;
    }
  | {
      readonly kind: 'autoencoder';
      readonly latent: number;
      readonly codeActivation: Activation;
      readonly network: NetworkConfig;
      readonly sparsity?: SparsityPenalty;
    };

/** Which model to train on a table and how. */
export interface Recipe {
  readonly model: ModelReference;
  readonly network: NetworkSummary;
  readonly settings: FitSettings;
}
