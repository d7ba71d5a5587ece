import type { Codec } from '../columns/codec.js';
import type { Dependency } from '../columns/dependency.js';
import { totalWidth } from '../models/span.js';

/** Tells of the exact values of a column, by number, which are wanted; undefined for a column that may have any. */
export type WantedValues = (column: string) => ((value: number) => boolean) | undefined;

/** For each of a codec's dependencies, which of its known records [records] are wanted: 1, others 0. */
export function wantedRecords(codec: Codec, wanted: WantedValues): Uint8Array[] {
  return codec.dependencies.map(({ key, columns, records }) => {
    const tests = [key, ...columns].map(wanted);
    return Uint8Array.from(records, (record) => Number(record.every((value, i) => tests[i]?.(value) ?? true)));
  });
}

/** Leaves of each key's codes [all codes] those that have a wanted record, or no known one; all where none has a wanted one. */
export function leaveKeys(codec: Codec, codes: Float32Array, wanted: readonly Uint8Array[]): void {
  codec.dependencies.forEach((dependency, d) => {
    const offset = offsetOf(codec, dependency.key);
    const has = new Map<number, boolean>();
    keyCodes(codec, dependency).forEach((code, record) => {
      has.set(code, has.get(code) === true || wanted[d]?.[record] === 1);
    });
    const unwanted = [...has].flatMap(([code, isWanted]) => (isWanted ? [] : [offset + code]));
    const left = [...has].some(([code, isWanted]) => isWanted && codes[offset + code] === 1);
    if (left) for (const at of unwanted) codes[at] = 0;
  });
}

/** Where a column's codes begin among those of all spans. */
export function offsetOf({ spans }: Codec, name: string): number {
  return totalWidth(
    spans.slice(
      0,
      spans.findIndex((span) => span.name === name),
    ),
  );
}

function keyCodes({ columns }: Codec, { key, records }: Dependency): Uint16Array {
  const codes = columns.find(({ name }) => name === key)?.exactValues?.()?.codes;
  return Uint16Array.from(records, ([value]) => codes?.[value as number] as number);
}
