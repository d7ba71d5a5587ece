import type { Metrics } from '../engine/engine.js';
import type { Losses } from './training-progress.js';

/** The losses among a batch's metrics; `scale` is batchRows / rows, as rows weigh 1 / batchRows each. */
export function lossesOf(metrics: Metrics, scale: number): Losses {
  const number = (name: string, otherwise: number) => (metrics[name]?.[0] ?? otherwise) * scale;
  return {
    loss: number('loss', Number.NaN),
    reconstruction: number('reconstruction', Number.NaN),
    divergence: number('divergence', 0),
    penalty: number('penalty', 0),
    ...(metrics.likelihood === undefined ? {} : { likelihood: number('likelihood', Number.NaN) }),
  };
}
