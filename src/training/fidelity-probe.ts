import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { InputArrays, Trainer } from '../engine/engine.js';
import { pace } from '../pace.js';
import { fillNormals, fillUniforms, foldIn, type RandomKey } from '../random.js';
import type { CodeTable } from './code-table.js';
import { copyRow } from './copy-row.js';
import type { FidelityOptions } from './fidelity-options.js';
import type { Recipe } from './recipe.js';
import type { MeasuredFidelity } from './training-progress.js';

/** Records drawn, and held-out ones compared with at most: four chunks of the engine. */
const RECORDS = 2048;
/** Records between measurements by default. */
const AUTO_ROWS = 150_000;
/** Numbers made or decoded at a time: below a millisecond, some while the code is new to the machine. */
const TURN_VALUES = 1_500;

/** Compares tables with one of real records, by the named columns. */
export type CompareRecords = (
  real: readonly RecordBatch[],
  names: readonly string[],
) => (drawn: readonly RecordBatch[]) => Promise<Pick<MeasuredFidelity, 'shapeError' | 'trendError'>>;

/** What is measured, and when. */
export interface FidelityProbeOptions extends Pick<FidelityOptions, 'fidelity'> {
  readonly trainer: Trainer;
  readonly codec: Codec;
  readonly table: CodeTable;
  readonly recipe: Recipe;
  /** The held-out rows of the table. */
  readonly heldOut: Uint32Array;
  readonly key: RandomKey;
  readonly compare: CompareRecords | undefined;
}

/** Measures how close records drawn from the averaged weights are to held-out ones. */
export interface FidelityProbe {
  /** At the end of an epoch of so many records; empty where nothing is due. */
  after(rows: number): Promise<{ readonly fidelity?: MeasuredFidelity }>;
}

/**
 * A probe of a training. Both sides are what the columns make of codes, so that what a code leaves out counts for nothing;
 * the rows and the draws are the same every time, so that epochs compare. Images are left out. It measures nothing
 * where no rows are held out, and for autoencoders; RangeError where training is to stop on it and no column can be compared.
 */
export function createFidelityProbe(options: FidelityProbeOptions): FidelityProbe {
  const { codec, recipe, heldOut, compare } = options;
  const { network, settings } = recipe;
  const modelled = codec.columns.filter(({ span }) => span !== undefined && span.shape === undefined);
  const names = modelled.map(({ name }) => name);
  if (settings.stopOn === 'fidelity' && names.length === 0) {
    throw new RangeError('Expected a column other than images to stop on fidelity, got none');
  }
  const schedule = settings.stopOn === 'fidelity' ? 'epoch' : (options.fidelity ?? 'auto');
  if (compare === undefined || network.kind === 'autoencoder' || heldOut.length === 0 || names.length === 0) {
    return { after: async () => ({}) };
  }
  const isDue = createSchedule(schedule);
  let compareWith: ReturnType<CompareRecords> | undefined;
  return {
    async after(rows) {
      if (!isDue(rows)) return {};
      compareWith ??= compare(await heldOutRecords(options), names);
      const { shapeError, trendError } = await compareWith(await drawnRecords(options));
      return { fidelity: { shapeError, trendError, rows: Math.min(RECORDS, heldOut.length) } };
    },
  };
}

/** Whether it is time, told of the rows of each epoch. */
function createSchedule(schedule: NonNullable<FidelityOptions['fidelity']>): (rows: number) => boolean {
  if (schedule === false) return () => false;
  if (schedule === 'epoch') return () => true;
  if (schedule === 'auto') {
    let passed = 0;
    return (rows) => {
      passed += rows;
      const due = passed >= AUTO_ROWS;
      if (due) passed = 0;
      return due;
    };
  }
  let last = performance.now();
  return () => {
    const due = performance.now() - last >= 1000 * schedule.seconds;
    if (due) last = performance.now();
    return due;
  };
}

function heldOutRecords({ codec, table, heldOut, key }: FidelityProbeOptions): Promise<RecordBatch[]> {
  const rows = heldOut.subarray(0, RECORDS);
  const { width } = table;
  const values = new (table.storage === 'codes' ? Uint16Array : Float32Array)(rows.length * width);
  rows.forEach((row, i) => {
    copyRow(table, row, values, i * width);
  });
  return decode(codec, values, foldIn(key, 'held-out places'));
}

async function drawnRecords({ trainer, codec, recipe, key }: FidelityProbeOptions): Promise<RecordBatch[]> {
  const { kind, latent } = recipe.network;
  const uniforms = await filled(codec.width, (ids, part) => fillUniforms(foldIn(key, 'drawn'), ids, codec.width, part));
  const inputs: InputArrays =
    kind === 'table-vae'
      ? { uniforms }
      : {
          uniforms,
          latent: await filled(latent, (ids, part) => fillNormals(foldIn(key, 'drawn latents'), ids, latent, part)),
        };
  const { codes, values } = await trainer.run(kind === 'table-vae' ? 'sampler' : 'decoder', inputs, RECORDS);
  return decode(codec, (codes ?? values) as Int32Array | Float32Array, foldIn(key, 'drawn places'));
}

/** Random numbers [RECORDS, width]. */
async function filled(
  width: number,
  fill: (ids: readonly number[], part: Float32Array) => void,
): Promise<Float32Array> {
  const values = new Float32Array(RECORDS * width);
  for (const { from, to } of parts(RECORDS, width)) {
    await pace();
    fill(idsOf(from, to), values.subarray(from * width, to * width));
  }
  return values;
}

async function decode(
  codec: Codec,
  values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
  key: RandomKey,
): Promise<RecordBatch[]> {
  const { width } = codec;
  const batches: RecordBatch[] = [];
  for (const { from, to } of parts(values.length / width, width)) {
    await pace();
    const places = new Float32Array((to - from) * width);
    fillUniforms(key, idsOf(from, to), width, places);
    batches.push(codec.decode(values.subarray(from * width, to * width), places));
  }
  return batches;
}

function parts(rows: number, width: number): { from: number; to: number }[] {
  const size = Math.max(1, Math.floor(TURN_VALUES / width));
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(rows, (i + 1) * size),
  }));
}

function idsOf(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
