/** The losses of a step or an epoch, means a record: in nats, but for squared errors. */
export interface Losses {
  /** What is minimised. */
  readonly loss: number;
  /** -log p(x | z) on the latent path; of an autoencoder the squared error of real values plus the cross-entropy of others. */
  readonly reconstruction: number;
  /** KL(q(z | x) || p(z)); 0 for models without a posterior. */
  readonly divergence: number;
  /** What sparsity costs, its weight included; 0 where none is asked for. */
  readonly penalty: number;
  /**
   * -log p(x): the exact negative log-likelihood of a record, on the path that starts from the null state; absent where the
   * decoder is factorised.
   */
  readonly likelihood?: number;
}

/** How active the units of the layer are that is to be sparse. */
export interface Sparsity {
  /** rho, the wanted mean activation, of `kl` sparsity. */
  readonly target?: number;
  /** rhoHat of each unit: the mean of its activation (for `l1` of its absolute value) over the records. */
  readonly mean: Float32Array;
}

/** How close records drawn from the averaged weights are to held-out ones, as `fidelity` has it; errors in [0, 1], 0 being the same. */
export interface MeasuredFidelity {
  /** Mean over columns. */
  readonly shapeError: number;
  /** Mean over pairs of columns, 1,000 of them at most. */
  readonly trendError: number;
  /** Held-out records that 2,048 drawn ones were compared with: few of them leave much of the errors to chance. */
  readonly rows: number;
}

/** One step on one batch. */
export interface StepEvent extends Losses {
  readonly kind: 'step';
  /** From 1. In a single pass, the pass over the window that it starts with; one more for the stream after it. */
  readonly epoch: number;
  /** From 1, over all epochs. */
  readonly step: number;
  /** All steps there will be, unless training stops early; absent in a single pass, whose stream may have no end. */
  readonly steps?: number;
  /** Records of this batch. */
  readonly rows: number;
  /** Of this batch; absent where no sparsity is asked for. */
  readonly sparsity?: Sparsity;
  /** Wall-clock time of the step, in milliseconds. */
  readonly ms: number;
}

/** The end of an epoch: means over its records. */
export interface EpochEvent {
  readonly kind: 'epoch';
  /** From 1. */
  readonly epoch: number;
  /** Of the weights as they were at each step, on the records that are learned. */
  readonly training: Losses;
  /** Of the averaged weights on the held-out records; absent where the table is too small to hold any out. */
  readonly validation?: Losses;
  /** Of the averaged weights; absent where it was not measured: where nothing is held out, and for autoencoders. */
  readonly fidelity?: MeasuredFidelity;
  /** Of the epoch's records; absent where no sparsity is asked for. */
  readonly sparsity?: Sparsity;
}
