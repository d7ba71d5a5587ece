import { type OptionNames, requireOptions } from '../require-options.js';
import type { NetworkOptions } from '../training/network-options.js';
import type { TrainOptions } from './train.js';

/** The names of the options that every training operator has. */
export const TRAIN_OPTIONS: OptionNames<TrainOptions & NetworkOptions> = {
  seed: true,
  epochs: true,
  batchRows: true,
  latent: true,
  learningRate: true,
  decay: true,
  validation: true,
  patience: true,
  maxSeconds: true,
  workers: true,
  engine: true,
  target: true,
  conditions: true,
  keepRare: true,
  likelihood: true,
  maxCategories: true,
  maxCodes: true,
  memoryBytes: true,
  directory: true,
  replay: true,
  warmUp: true,
  every: true,
  recent: true,
  onDrift: true,
  driftThreshold: true,
  hidden: true,
  activation: true,
  filters: true,
  kernelSize: true,
  stride: true,
  network: true,
  signal: true,
};

/** A TypeError for names that there are not, among the options and in those that are objects themselves. */
export function requireTrainOptions<Options extends TrainOptions & NetworkOptions>(
  of: string,
  options: Options,
  names: NoInfer<OptionNames<Options>>,
): void {
  requireOptions(of, options, names);
  const { warmUp = {}, every = {}, recent = {}, network } = options;
  requireOptions(`\`warmUp\` of ${of}`, warmUp, { rows: true });
  requireOptions(`\`every\` of ${of}`, every, { steps: true });
  requireOptions(`\`recent\` of ${of}`, recent, { rows: true, visits: true });
  if (network !== undefined)
    requireOptions(`\`network\` of ${of}`, network, { module: true, factory: true, config: true });
}
