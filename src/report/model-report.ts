import { createHash } from 'node:crypto';
import type { FittedModel } from '../training/fitted-model.js';
import type { TableMeans } from './latent-map.js';

/** What is shown of a model. */
export interface ModelReport {
  readonly kind: string;
  readonly latent: number;
  readonly rows: number;
  readonly settings: Readonly<Record<string, number | string>>;
  readonly bestEpoch: number;
  /** Losses in nats a record. */
  readonly epochs: readonly { readonly epoch: number; readonly training: number; readonly validation?: number }[];
  /** p-hat: the mean activation of each unit at the kept epoch, where sparsity was asked for. */
  readonly sparsity?: { readonly target?: number; readonly mean: readonly number[] };
  /** Mean of -log p(x) in nats a record, where the model gives it: if real ones cost clearly less than held-out ones, it has memorised. */
  readonly likelihood?: TableMeans;
}

/** Reads it off a model. */
export function modelReport({ training, latent }: FittedModel, likelihood: TableMeans | undefined): ModelReport {
  const kept = training.epochs.find(({ epoch }) => epoch === training.bestEpoch) ?? training.epochs.at(-1);
  return {
    kind: training.network.kind,
    latent,
    rows: training.rows,
    settings: { ...training.settings },
    bestEpoch: training.bestEpoch,
    epochs: training.epochs.map(({ epoch, training: losses, validation }) => ({
      epoch,
      training: losses.loss,
      ...(validation && { validation: validation.loss }),
    })),
    ...(kept?.sparsity && {
      sparsity: {
        mean: [...kept.sparsity.mean],
        ...(kept.sparsity.target !== undefined && { target: kept.sparsity.target }),
      },
    }),
    ...(likelihood && { likelihood }),
  };
}

/** SHA-256 over the names and bytes of a model's graphs. */
export function checksumOf({ graphs }: FittedModel): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of Object.entries(graphs).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(bytes);
  return hash.digest('hex');
}
