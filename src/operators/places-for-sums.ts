import { type Field, Vector } from 'apache-arrow';
import { cellsOf } from '../columns/cells-of.js';
import type { Codec } from '../columns/codec.js';
import type { Column } from '../columns/column.js';
import { decodeCode, evenPlaces } from '../columns/decode-code.js';
import { type Difference, sumsOf } from '../columns/difference.js';
import { type NumberView, numberView } from '../columns/number-view.js';
import type { Coded } from '../columns/relate.js';

/** Places in a code that are looked at. */
const GRID = 64;
/** Places found that are kept for rows alike, at most. */
const KEPT = 10_000;

/** What is wanted of a difference's column, and of the one it starts from. */
export interface WantedSums {
  readonly isWanted: (value: unknown) => boolean;
  readonly isWantedFrom: (value: unknown) => boolean;
}

/**
 * Moves, in place, where in its code the column lies that a difference starts from, so that with what was drawn for the difference it
 * makes a wanted value. Rows in which no place does stay as they are.
 */
export function placesForSums(
  { columns, schema, spans }: Codec,
  { column, from, coded }: Difference,
  { isWanted, isWantedFrom }: WantedSums,
): (drawn: Coded) => void {
  const own = columns.findIndex(({ name }) => name === column);
  const base = columns.find(({ name }) => name === from) as Column;
  const view = numberView(schema.fields[own] as Field, columns[own] as Column);
  const ownPlace = spans.findIndex(({ name }) => name === column);
  const basePlace = spans.findIndex(({ name }) => name === from);
  const found = new Map<string, Float32Array>();
  const places = evenPlaces(GRID);

  function goodPlaces(code: number, differenceCode: number, place: number): Float32Array {
    const bases = decodeCode(base, code, places);
    const rest = decodeCode(coded, differenceCode, new Float32Array(GRID).fill(place));
    const sums = [...cellsOf(new Vector([sumsOf(rest, bases, view as NumberView)]))];
    const cells = [...cellsOf(new Vector([bases]))];
    return places.filter((_, i) => isWanted(sums[i]) && isWantedFrom(cells[i]));
  }

  return ({ codes, places: drawn }) => {
    for (let at = 0; at < codes.length; at += spans.length) {
      const [code, differenceCode] = [codes[at + basePlace] as number, codes[at + ownPlace] as number];
      const place = drawn[at + ownPlace] as number;
      // Differences of one value are the same at every place.
      const key = `${code} ${differenceCode} ${Math.floor(GRID * place)}`;
      const good = found.get(key) ?? goodPlaces(code, differenceCode, place);
      if (found.size < KEPT) found.set(key, good);
      if (good.length === 0) continue;
      drawn[at + basePlace] = good[Math.floor((drawn[at + basePlace] as number) * good.length)] as number;
    }
  };
}
