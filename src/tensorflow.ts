export { tensorflowEngine } from './engine/eager.js';
export type { LabelledTensors, LabelledTensorsDataset } from './engine/load-tensorflow.js';
export type { Tensors } from './models/model.js';
export type { ImagePlace, NetworkWidths } from './models/network-config.js';
export type { NetworkFunctions, NetworkLayers, OwnNetwork } from './models/own-network.js';
export type { ParameterSpec } from './models/parameter-spec.js';
export { type LabelledDataset, type ToDatasetOptions, toDataset } from './sinks/to-dataset.js';
