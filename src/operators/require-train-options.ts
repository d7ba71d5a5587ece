import { type OptionNames, requireOptions } from '../require-options.js';
import type { NetworkOptions } from '../training/network-options.js';
import { valueText } from '../value-text.js';
import type { TrainOptions } from './train.js';

/** The names of the options that every training operator has. */
export const TRAIN_OPTIONS: OptionNames<TrainOptions & NetworkOptions> = {
  seed: 'number',
  epochs: 'number',
  batchRows: 'number',
  latent: 'number',
  learningRate: 'number',
  decay: 'number',
  validation: 'number',
  patience: 'number',
  maxSeconds: 'number',
  workers: 'number',
  engine: true,
  target: 'string',
  conditions: true,
  keepRare: true,
  likelihood: true,
  maxCategories: 'number',
  maxCodes: 'number',
  memoryBytes: 'number',
  directory: 'string',
  replay: true,
  warmUp: true,
  every: true,
  recent: true,
  onDrift: true,
  driftThreshold: 'number',
  hidden: true,
  activation: true,
  filters: true,
  kernelSize: 'number',
  stride: 'number',
  network: true,
  signal: 'signal',
};

/** A TypeError for names that there are not, among the options and in those that are objects themselves, and for values of another kind. */
export function requireTrainOptions<Options extends TrainOptions & NetworkOptions>(
  of: string,
  options: Options,
  names: NoInfer<OptionNames<Options>>,
): void {
  requireOptions(of, options, names);
  const { warmUp = {}, every = {}, recent = {}, network, hidden, filters, likelihood, engine } = options;
  requireOptions(`\`warmUp\` of ${of}`, warmUp, { rows: 'number' });
  requireOptions(`\`every\` of ${of}`, every, { steps: 'number' });
  requireOptions(`\`recent\` of ${of}`, recent, { rows: 'number', visits: 'number' });
  if (network !== undefined)
    requireOptions(`\`network\` of ${of}`, network, { module: true, factory: 'string', config: true });
  const require = (name: string, expected: string, value: unknown, fits: boolean) => {
    if (value !== undefined && !fits)
      throw new TypeError(`Expected \`${name}\` of ${of} to be ${expected}, got ${valueText(value)}`);
  };
  require('hidden', 'a width or a list of widths', hidden, typeof hidden === 'number' || Array.isArray(hidden));
  require('filters', 'a list of numbers of channels', filters, Array.isArray(filters));
  const isByColumn = typeof likelihood === 'object' && likelihood !== null && !Array.isArray(likelihood);
  require('likelihood', 'a word or words by column', likelihood, typeof likelihood === 'string' || isByColumn);
  const isEngine = typeof engine?.createTrainer === 'function';
  require('engine', 'an engine, such as `tensorflowEngine` of rx-augment/tensorflow', engine, isEngine);
}
