import type { Codec } from '../columns/codec.js';
import { inputsOf } from '../models/span.js';
import { tableVaeReference } from '../models/table-vae-reference.js';
import { vaeReference } from '../models/vae-reference.js';
import { checkFidelityOptions, type FidelityOptions } from './fidelity-options.js';
import { type DivergenceOptions, type FitOptions, requireWhole, requireWithin, SMALL, settle } from './fit-options.js';
import { MOST_WIDTH } from './most-width.js';
import { ANY_SPAN, type NetworkOptions, networkConfig, requireLatent } from './network-options.js';
import type { Recipe } from './recipe.js';

/** Options of a variational autoencoder. */
export interface VaeOptions extends FitOptions, DivergenceOptions, FidelityOptions, NetworkOptions {
  /**
   * Widths of the hidden layers, 16,384 at most; default 256, or 128 under 2,000 rows, and 16 after convolutions. The autoregressive
   * decoder has one width for all.
   */
  readonly hidden?: number | readonly number[];
  /** Weight of the divergence in the loss, 0 or more; default 0.25 with the autoregressive decoder, 1 with the factorised. */
  readonly beta?: number;
  /** Epochs over which beta rises linearly from 0; default 0. */
  readonly warmUpEpochs?: number;
  /** Nats of divergence that each latent dimension of a record may have for nothing; default 0. Factorised decoder only. */
  readonly freeBits?: number;
}

/** What a recipe needs to know of the columns. */
type Columns = Pick<Codec, 'spans' | 'storage'>;

const LATENT = 16;
/**
 * From SMALL rows on there are steps enough for embeddings that start small. With 20,000 rows of 300 stores and 200 products the
 * held-out likelihood is 11.16 nats in place of 11.38, and 5,000 of 20,000 new records are copies in place of 13,000 (of fresh ones 4,300).
 */
const EMBEDDINGS = 0.25;
/**
 * Below, larger ones, for want of steps, of which starting from the columns' frequencies saves many: with the half of penguins (172 rows)
 * the held-out likelihood is 11.08 nats in place of 11.19, and by it these rows are told from others with an AUC of .69 in place of .78.
 */
const SMALL_EMBEDDINGS = 0.5;

/** Checks what can be checked before any record is seen. RangeError as `vaeRecipe`. */
export function checkVaeOptions(options: VaeOptions): void {
  const { filters: _, ...others } = options;
  vaeRecipe({ ...others, hidden: options.hidden ?? 1 }, { spans: [ANY_SPAN], storage: 'values' }, SMALL);
}

/** What to train for a codec: the autoregressive VAE for codes, the factorised one for values. RangeError as `settle`. */
export function vaeRecipe(options: VaeOptions, { spans, storage }: Columns, rows: number): Recipe {
  checkFidelityOptions(options);
  const width = rows < SMALL ? 128 : 256;
  requireLatent(options.latent, spans);
  if (storage === 'codes') {
    const hidden = oneWidth(options.hidden ?? width);
    const latent = options.latent ?? LATENT;
    const start = rows < SMALL ? { embeddings: SMALL_EMBEDDINGS, fromFrequencies: true } : { embeddings: EMBEDDINGS };
    return {
      model: tableVaeReference({ spans, hidden, latent, ...start }),
      network: { kind: 'table-vae', latent, hidden },
      settings: settle(options, rows, 0.25),
    };
  }
  const { freeBits = 0 } = options;
  requireWithin('freeBits', freeBits, 0, 100);
  const inputs = spans.reduce((sum, span) => sum + inputsOf(span), 0);
  const latent = options.latent ?? Math.min(LATENT, inputs);
  const network = networkConfig(options, spans, { dense: [width, width], convolutional: [16] });
  return {
    model: vaeReference({ spans, network, latent, freeBits }),
    network: { kind: 'vae', latent, freeBits, network },
    settings: settle(options, rows, 1),
  };
}

function oneWidth(hidden: number | readonly number[]): number {
  const widths = typeof hidden === 'number' ? [hidden] : hidden;
  const [width = 0] = widths;
  requireWhole('hidden', width, 1, MOST_WIDTH);
  if (widths.some((other) => other !== width)) {
    throw new RangeError(`Expected one hidden width for the autoregressive decoder, got ${widths.join(', ')}`);
  }
  return width;
}
