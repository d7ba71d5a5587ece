import { describe, expect, it } from 'vitest';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import type { Trainer } from '../../src/engine/engine.js';
import { foldIn, randomKey, uniformAt } from '../../src/random.js';
import { fidelityInTurns } from '../../src/report/fidelity-in-turns.js';
import { createFidelityProbe, type FidelityProbeOptions } from '../../src/training/fidelity-probe.js';
import { vaeRecipe } from '../../src/training/vae-recipe.js';
import { smallTable } from '../operators/table.js';

const batch = smallTable(3000);
const fitter = createCodecFitter(batch.schema);
fitter.add(batch);
const codec = fitter.finish();
const codes = codec.encode(batch) as Uint16Array;
const { width } = codec;
const key = randomKey(1);

/** A probe of a trainer that draws what it is told to, of the code of column `c` of its record `r`. */
function probeOf(draw: (r: number, c: number) => number, more: Partial<FidelityProbeOptions> = {}) {
  const run: Trainer['run'] = async (_graph, _inputs, rows) => ({
    codes: Int32Array.from({ length: rows * width }, (_, i) => draw(Math.floor(i / width), i % width)),
  });
  return createFidelityProbe({
    trainer: { run } as Trainer,
    codec,
    table: { width, rows: 3000, storage: 'codes', values: codes },
    recipe: vaeRecipe({}, codec, 3000),
    heldOut: Uint32Array.from({ length: 1000 }, (_, i) => 3 * i),
    key,
    compare: fidelityInTurns,
    fidelity: 'epoch',
    ...more,
  });
}
/** Records that are not held out, as a perfect model would draw them. */
const perfect = (r: number, c: number) => codes[(((3 * r + 1) % 3000) * width + c) as number] as number;
/** Each column by itself. */
const shuffled = (r: number, c: number) => perfect(Math.floor(2048 * uniformAt(foldIn(key, c), r)), c);

describe('createFidelityProbe', () => {
  it('finds little error in real records, and what is off in others', async () => {
    const { fidelity: good } = await probeOf(perfect).after(1);
    expect(good?.rows).toBe(1000);
    expect(good?.shapeError).toBeLessThan(0.04);
    expect(good?.trendError).toBeLessThan(0.05);
    const { fidelity: apart } = await probeOf(shuffled).after(1);
    expect(apart?.shapeError).toBeLessThan(0.06);
    expect(apart?.trendError).toBeGreaterThan(0.3);
    const { fidelity: constant } = await probeOf(() => 0).after(1);
    expect(constant?.shapeError).toBeGreaterThan(0.5);
  });

  it('compares with the same rows and draws every time', async () => {
    const probe = probeOf(perfect);
    expect(await probe.after(1)).toEqual(await probe.after(1));
  });

  it('measures when it is due: after every epoch, after many records, after some time, or never', async () => {
    const due = async (fidelity: NonNullable<FidelityProbeOptions['fidelity']>, rows: number, count: number) => {
      const probe = probeOf(perfect, { fidelity });
      const times: number[] = [];
      for (let epoch = 1; epoch <= count; epoch += 1) {
        if ((await probe.after(rows)).fidelity !== undefined) times.push(epoch);
      }
      return times;
    };
    expect(await due('epoch', 1, 2)).toEqual([1, 2]);
    expect(await due('auto', 60_000, 7)).toEqual([3, 6]);
    expect(await due({ seconds: 0 }, 1, 2)).toEqual([1, 2]);
    expect(await due({ seconds: 1000 }, 1e9, 2)).toEqual([]);
    expect(await due(false, 1e9, 2)).toEqual([]);
  });

  it('decodes held-out codes as codes, in whatever room they are kept', async () => {
    const rooms: string[] = [];
    const noting: FidelityProbeOptions['codec'] = {
      ...codec,
      decode(values, ...more) {
        rooms.push(values.constructor.name);
        return codec.decode(values, ...more);
      },
    };
    const table = { width, rows: 3000, storage: 'codes', values: Uint8Array.from(codes) } as const;
    const { fidelity } = await probeOf(perfect, { codec: noting, table }).after(1);
    expect(fidelity).toEqual((await probeOf(perfect).after(1)).fidelity);
    expect(new Set(rooms)).toEqual(new Set(['Uint16Array', 'Int32Array']));
  });

  it('measures nothing where nothing is held out, or nobody compares', async () => {
    expect(await probeOf(perfect, { heldOut: new Uint32Array() }).after(1e9)).toEqual({});
    expect(await probeOf(perfect, { compare: undefined }).after(1e9)).toEqual({});
  });
});
