import type { Engine } from './engine.js';
import { startEngine } from './start-engine.js';

/**
 * The engine that compiles: TensorFlow.js functions become ONNX graphs, gradients included, which ONNX Runtime runs in
 * worker threads, each its share of every batch. Results depend on neither the number of workers nor their timing.
 */
export const compiledEngine: Engine = {
  name: 'compiled',
  async createTrainer(options) {
    options.signal?.throwIfAborted();
    const engine = startEngine();
    try {
      return await engine.createTrainer(options);
    } finally {
      await engine.close();
    }
  },
};
