import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, of } from 'rxjs';
import { toArray } from 'rxjs/operators';
import { describe, expect, it } from 'vitest';
import { trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { type TrainVaeOptions, trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { loadModel, saveModel } from '../../src/training/model-folder.js';
import { smallTable } from './table.js';

const table = smallTable(900);
const tiny: TrainVaeOptions = { epochs: 4, hidden: 32, latent: 2, seed: 1, validation: 0.2 };

async function trained(options: TrainVaeOptions, rows = table) {
  const events = await lastValueFrom(of(rows).pipe(trainVae({ ...tiny, ...options }), toArray()));
  const model = events.find((event) => event.kind === 'model')?.model as FittedModel;
  const epochs = events.filter((event) => event.kind === 'epoch');
  return { model, epochs, measured: epochs.map(({ fidelity }) => fidelity) };
}

describe('trainVae with fidelity', () => {
  it('measures it after each epoch, the same for any number of workers, and it leaves the model as it is', async () => {
    const off = await trained({ fidelity: false });
    const epoch = await trained({ fidelity: 'epoch', workers: 1 });
    expect(off.measured).toEqual([undefined, undefined, undefined, undefined]);
    for (const fidelity of epoch.measured) expect(fidelity).toMatchObject({ rows: 180 });
    // Columns' shapes are right from the start; what they have to do with each other is learned.
    expect(epoch.measured.at(-1)?.trendError).toBeLessThan(epoch.measured[0]?.trendError as number);
    expect((await trained({ fidelity: 'epoch', workers: 2 })).measured).toEqual(epoch.measured);
    expect(epoch.model.graphs).toEqual(off.model.graphs);
    expect(epoch.model.training.settings).toEqual(off.model.training.settings);
  });

  it('leaves it out by default where few records pass, where nothing is held out, and is no option of autoencoders', async () => {
    expect((await trained({})).measured.filter(Boolean)).toEqual([]);
    const tiny = await trained({ fidelity: 'epoch', validation: 0 });
    expect(tiny.measured.filter(Boolean)).toEqual([]);
    expect(() => trainAutoencoder({ fidelity: 'epoch' } as object)).toThrow(/of trainAutoencoder\(\) .*got `fidelity`/);
  });

  it('measures the factorised decoder too', async () => {
    const { measured } = await trained({ decoder: 'factorised', fidelity: 'epoch', epochs: 2 });
    for (const fidelity of measured) {
      expect(fidelity?.shapeError).toBeGreaterThan(0);
      expect(fidelity?.trendError).toBeLessThan(1);
    }
  });

  it('keeps the weights of the epoch with the least error, and stops on it', async () => {
    const options = { stopOn: 'fidelity', epochs: 60, patience: 3, learningRate: 0.02 } as const;
    const { model, measured } = await trained(options);
    const errors = measured.map((fidelity) => (fidelity ? fidelity.shapeError + fidelity.trendError : Number.NaN));
    const best = 1 + errors.indexOf(Math.min(...errors));
    expect(model.training.bestEpoch).toBe(best);
    expect(errors).toHaveLength(Math.min(60, best + 3));
    expect(errors.length).toBeLessThan(60);
    expect(model.training.settings.stopOn).toBe('fidelity');
    const stopped = await trained({ ...options, stopOn: 'loss', fidelity: 'epoch' });
    expect(stopped.model.training.bestEpoch).not.toBe(best);
    const again = await trained({ ...options, workers: 1 });
    expect(again.model.graphs).toEqual(model.graphs);
  });

  it('keeps what was measured in the saved model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rx-augment-fidelity-'));
    try {
      const { model, measured } = await trained({ stopOn: 'fidelity', epochs: 2 });
      const place = join(folder, 'model');
      await saveModel(model, place);
      const loaded = await loadModel(place);
      expect(loaded.training).toEqual(model.training);
      expect(loaded.training.epochs.map(({ fidelity }) => fidelity)).toEqual(measured);
      expect(await readFile(join(place, 'model.json'), 'utf8')).toMatch(/"shapeError": 0\.\d+/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each<[object, RegExp]>([
    [{ stopOn: 'fidelity', fidelity: false }, /measured every epoch to stop on it, got false/],
    [{ stopOn: 'fidelity', fidelity: { seconds: 5 } }, /to stop on it, got every 5 seconds/],
    [{ stopOn: 'fidelity', validation: 0 }, /validation above 0 to stop on fidelity.*, got 0/],
    [{ stopOn: 'time' }, /stopOn to be loss or fidelity, got time/],
    [{ fidelity: 'often' }, /fidelity to be auto, epoch, .* got often/],
    [{ fidelity: { seconds: -1 } }, /fidelity seconds in \[0, 1000000000\], got -1/],
  ])('refuses %j', (options, message) => {
    expect(() => trainVae(options)).toThrow(message);
  });
});
