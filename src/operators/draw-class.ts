import type { Codec } from '../columns/codec.js';
import type { Coded } from '../columns/relate.js';
import { totalWidth } from '../models/span.js';
import type { RandomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { independentDraws } from './draws.js';
import { candidateIds, resample } from './resample.js';
import { leaveKeys, offsetOf, wantedRecords } from './wanted-records.js';

/** Candidates a variant of which one is taken, where the class is not the first column. */
const CANDIDATES = 8;

/** Draws a variant is made from: how many there are follows from where the model has the class. */
export function candidatesOf(place: number): number {
  return place === 0 ? 1 : CANDIDATES;
}

/** What is left to a record of a class: of all codes, and of the known records of each dependency; 1 for that, 0 for others. */
interface ClassMask {
  readonly codes: Float32Array;
  readonly records: readonly Uint8Array[];
}

/** The classes of a codec's records, made as they are met. */
export interface Classes {
  /** The column's place among the spans. */
  readonly place: number;
  of(code: number): ClassMask;
}

/** The classes by the column at a place. */
export function classesAt(codec: Codec, place: number): Classes {
  const masks = new Map<number, ClassMask>();
  return {
    place,
    of(code) {
      const mask = masks.get(code) ?? onlyOfCode(codec, place, code);
      masks.set(code, mask);
      return mask;
    },
  };
}

/**
 * Draws from p(x | z, class): latents [ids, latent], and for each the code of its class. Columns before it are
 * drawn without knowing the class, so each variant is taken from eight candidates by the probability they give to it.
 */
export async function drawOfClass(
  model: FittedModel,
  latents: Float32Array,
  { classes, codes }: { readonly classes: Classes; readonly codes: Int32Array },
  key: RandomKey,
  ids: Float64Array,
): Promise<Coded> {
  const { codec, latent } = model;
  const candidates = candidatesOf(classes.place);
  const rows = ids.length * candidates;
  const { uniforms, places } = independentDraws(key, candidateIds(ids, candidates), codec.width);
  const repeated = new Float32Array(rows * latent);
  for (let row = 0; row < rows; row += 1) {
    const record = Math.floor(row / candidates) * latent;
    repeated.set(latents.subarray(record, record + latent), row * latent);
  }
  const total = totalWidth(codec.spans);
  const allowed = new Float32Array(rows * total);
  for (let row = 0; row < rows; row += 1) {
    allowed.set(classes.of(codes[Math.floor(row / candidates)] as number).codes, row * total);
  }
  const drawn = await model.drawAllowed({ latents: repeated, uniforms, allowed }, rows);
  const taken = resample(drawn.codes, places, drawn.logAllowed, candidates, key, ids);
  return codec.relate(
    taken,
    (row, dependency, record) => classes.of(codes[row] as number).records[dependency]?.[record] === 1,
  );
}

function onlyOfCode(codec: Codec, place: number, code: number): ClassMask {
  const { spans, columns } = codec;
  const name = spans[place]?.name ?? '';
  const codes = new Float32Array(totalWidth(spans)).fill(1);
  const offset = offsetOf(codec, name);
  codes.fill(0, offset, offset + (spans[place]?.width ?? 0));
  codes[offset + code] = 1;
  const exact = columns.find((column) => column.name === name)?.exactValues?.();
  const records = wantedRecords(codec, (column) =>
    column === name && exact !== undefined ? (value) => exact.codes[value] === code : undefined,
  );
  leaveKeys(codec, codes, records);
  return { codes, records };
}
