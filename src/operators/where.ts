import { DataType, Vector } from 'apache-arrow';
import { nameList } from '../batches/name-list.js';
import { cellsOf } from '../columns/cells-of.js';
import type { Codec } from '../columns/codec.js';
import type { Column } from '../columns/column.js';
import { decodeCode, evenPlaces } from '../columns/decode-code.js';
import type { Difference } from '../columns/difference.js';
import { middlesOf } from '../columns/exact-values.js';
import type { Coded } from '../columns/relate.js';
import { SchemaMismatchError } from '../errors.js';
import { totalWidth } from '../models/span.js';
import { valueText } from '../value-text.js';
import { conditionText, satisfies, type Where } from './condition.js';
import { placesForSums } from './places-for-sums.js';
import { reachableCodes } from './reachable-codes.js';
import { leaveKeys, offsetOf, wantedRecords } from './wanted-records.js';

/** Conditions as a model takes them. */
export interface Allowed {
  /** For every code of every span, in model order: 1 where it can satisfy the conditions, 0 where not. */
  readonly codes: Float32Array;
  /** Whether all conditions come before everything else in model order: then draws follow the conditions exactly. */
  readonly leads: boolean;
  /** By column, the values that satisfy the conditions: parts of dates may not lead away from them. */
  readonly wanted: ReadonlyMap<string, (value: unknown) => boolean>;
  /** What was drawn among these codes, with places where the conditions are satisfied, in keeping with the codec's dependencies. */
  restrict(drawn: Coded): Coded;
}

/** Places in a code that are looked at. */
const GRID = 512;

/**
 * Which codes of a codec can satisfy conditions, and where in them. RangeError for a column that is not modelled or
 * a condition that no value of the training data satisfies; SchemaMismatchError for a column there is not; TypeError for what is no condition.
 */
export function allowedBy(codec: Codec, where: Where): Allowed {
  if (typeof where !== 'object' || where === null || Array.isArray(where)) {
    throw new TypeError(`Expected \`where\` as conditions by column, { column: value }, got ${valueText(where)}`);
  }
  const { spans } = codec;
  const codes = new Float32Array(totalWidth(spans)).fill(1);
  const restricted = new Map<number, ReadonlyMap<number, Float32Array>>();
  const added: { readonly difference: Difference; readonly isWanted: (value: unknown) => boolean }[] = [];
  const predicates = new Map<string, (value: unknown) => boolean>();
  for (const [name, condition] of Object.entries(where)) {
    const place = spans.findIndex((span) => span.name === name);
    const column = codec.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      const names = nameList(codec.columns.map((candidate) => candidate.name));
      throw new SchemaMismatchError(`Expected conditions on the columns ${names}, got one on \`${name}\``, name);
    }
    if (place < 0)
      throw new RangeError(`Expected a condition on a modelled column, got \`${name}\` (${column.reason})`);
    const isWanted = satisfies(name, condition);
    predicates.set(name, isWanted);
    const none = () => {
      const found = `${conditionText(condition)}${hintOf(condition, codec, name)}`;
      return new RangeError(`Expected a condition that some value of \`${name}\` satisfies, got ${found}`);
    };
    const difference = codec.differences.find((candidate) => candidate.column === name);
    if (difference !== undefined) {
      // Whether what is drawn satisfies the condition is known when it is added up: see also `conditionsHold`.
      added.push({ difference, isWanted });
      const reachable = reachableCodes(codec, difference, isWanted);
      if (!reachable.includes(1)) throw none();
      const offset = offsetOf(codec, difference.from);
      reachable.forEach((isReachable, code) => {
        if (isReachable === 0) codes[offset + code] = 0;
      });
      continue;
    }
    const width = spans[place]?.width ?? 0;
    const offset = totalWidth(spans.slice(0, place));
    const parts = new Map<number, Float32Array>();
    for (let code = 0; code < width; code += 1) {
      const good = goodPlaces(column, code, isWanted);
      if (good.length === 0) codes[offset + code] = 0;
      if (good.length > 0 && good.length < GRID) parts.set(code, good);
    }
    if (codes.subarray(offset, offset + width).every((allowed) => allowed === 0)) throw none();
    if (parts.size > 0) restricted.set(place, parts);
  }
  const wanted = wantedRecords(codec, (name) => {
    const satisfies = predicates.get(name);
    if (satisfies === undefined) return undefined;
    const values = exactCells(codec, name);
    return (value) => satisfies(values[value]);
  });
  leaveKeys(codec, codes, wanted);
  const movers = added.map(({ difference, isWanted }) =>
    placesForSums(codec, difference, { isWanted, isWantedFrom: predicates.get(difference.from) ?? (() => true) }),
  );
  const conditioned = spans.map(({ name }) => Object.hasOwn(where, name));
  // Places were chosen for what these dates are without their parts.
  const asDrawn = added.map(({ difference }) => [difference.from, () => false] as const);
  return {
    codes,
    wanted: new Map([...predicates, ...asDrawn]),
    leads: conditioned.lastIndexOf(true) === conditioned.filter(Boolean).length - 1,
    restrict(drawn) {
      const places = drawn.places.slice();
      const stride = spans.length;
      for (const [place, parts] of restricted) {
        for (let at = place; at < places.length; at += stride) {
          const good = parts.get(drawn.codes[at] as number);
          if (good !== undefined) places[at] = good[Math.floor((places[at] as number) * good.length)] as number;
        }
      }
      for (const move of movers) move({ codes: drawn.codes, places });
      return codec.relate({ codes: drawn.codes, places }, (_, d, record) => wanted[d]?.[record] === 1);
    },
  };
}

/** What may have been meant by a text that is the condition on a column of something else. */
function hintOf(condition: unknown, { schema }: Codec, name: string): string {
  const type: unknown = schema.fields.find((field) => field.name === name)?.type;
  if (typeof condition !== 'string') return '';
  if (DataType.isDate(type) || DataType.isTimestamp(type)) return ': dates are given as `Date` or in milliseconds';
  return DataType.isInt(type) || DataType.isFloat(type) ? ': the column has numbers' : '';
}

/** The exact values of a column. */
function exactCells({ columns }: Codec, name: string): unknown[] {
  const column = columns.find((candidate) => candidate.name === name);
  const exact = column?.exactValues?.();
  if (column === undefined || exact === undefined) return [];
  const slots = { codes: exact.codes, uniforms: middlesOf(exact), offset: 0, stride: 1, rows: exact.codes.length };
  return [...cellsOf(new Vector([column.decode(slots)]))];
}

function goodPlaces(column: Column, code: number, satisfies: (value: unknown) => boolean): Float32Array {
  const places = evenPlaces(GRID);
  const values = [...cellsOf(new Vector([decodeCode(column, code, places)]))];
  return places.filter((_, i) => satisfies(values[i]));
}
