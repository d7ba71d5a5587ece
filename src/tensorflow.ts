export type { LabelledTensors, LabelledTensorsDataset } from './engine/load-tensorflow.js';
export type { NetworkWidths } from './models/network-config.js';
export type { NetworkFunctions, NetworkLayers, OwnNetwork } from './models/own-network.js';
export { type LabelledDataset, type ToDatasetOptions, toDataset } from './sinks/to-dataset.js';
