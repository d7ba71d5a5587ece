import { Vector } from 'apache-arrow';
import { cellsOf } from '../columns/cells-of.js';
import type { Codec } from '../columns/codec.js';
import type { Column } from '../columns/column.js';
import { decodeCode, evenPlaces } from '../columns/decode-code.js';
import type { Difference } from '../columns/difference.js';
import { numberStorageOf } from '../columns/number-storage-of.js';

/** Places in a code that are looked at. */
const GRID = 512;

/**
 * For each code of the column that a difference starts from, whether some difference leads from it to a wanted value: 1, else 0;
 * all 0 where no value of the column is wanted.
 */
export function reachableCodes(
  { columns }: Codec,
  { column, from, coded }: Difference,
  isWanted: (value: unknown) => boolean,
): Uint8Array {
  const wanted = columns.flatMap((candidate) =>
    candidate.name === column ? codesOf(candidate).flatMap((code) => numbersOf(candidate, code, isWanted)) : [],
  );
  const [least, most] = ends(codesOf(coded).flatMap((code) => numbersOf(coded, code)));
  const base = columns.find(({ name }) => name === from);
  return Uint8Array.from(base === undefined ? [] : codesOf(base), (code) => {
    const [low, high] = ends(numbersOf(base as Column, code));
    return Number(wanted.some((number) => number >= low + least && number <= high + most));
  });
}

function codesOf({ span }: Column): number[] {
  return Array.from({ length: span?.width ?? 0 }, (_, code) => code);
}

/** What a code gives at places all over it, without nulls: of the values that are wanted. */
function numbersOf(column: Column, code: number, isWanted: (value: unknown) => boolean = () => true): number[] {
  const data = decodeCode(column, code, evenPlaces(GRID));
  const numbers = numberStorageOf(data.type)?.read(data) ?? new Float64Array();
  return [...cellsOf(new Vector([data]))].flatMap((value, i) =>
    value !== null && isWanted(value) ? [numbers[i] as number] : [],
  );
}

function ends(numbers: readonly number[]): [low: number, high: number] {
  return [
    numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}
