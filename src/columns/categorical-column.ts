import { DataType, type Dictionary, type Field, type Vector } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { concatData } from '../batches/concat.js';
import { gather } from '../batches/gather.js';
import { bitmapOf, clearBit, isSet, validityOf } from '../batches/validity.js';
import type { CodeSlots, Column, CopiedRows } from './column.js';
import type { ColumnJsonOf } from './column-json.js';
import { exactTexts } from './exact-texts.js';
import { madeOnce } from './exact-values.js';
import { runningSums } from './running-sums.js';
import { forEachText, isText, textData } from './text-data.js';
import { indexArray, ownDictionary, placesIn } from './text-dictionary.js';
import { createTextTable } from './text-table.js';

/**
 * A column of categories. A text that is not listed is reported and falls into the rare bucket, or becomes the most frequent level;
 * a null where there was none, too. Beside a row whose text is in a rare bucket that does not list its texts, the bucket is that text;
 * else one of those it lists or, where it lists none, a level. Dictionary columns are decoded to the dictionary of the rows they accompany if it has
 * every level, so that originals and variants share one, else to their own, which is the same for every batch.
 */
export function categoricalColumn(field: Field, json: ColumnJsonOf<'categorical'>): Column {
  const { type } = field;
  if (!isText(type)) throw new TypeError(`Expected column \`${field.name}\` to be text, got ${type}`);
  const texts = [...json.levels, ...(json.rare?.values ?? [])].map(([text]) => text);
  const table = createTextTable(texts);
  const rareCode = json.rare === undefined ? -1 : json.levels.length;
  const plainCodes = json.levels.length + (rareCode < 0 ? 0 : 1);
  const nullCode = json.null > 0 ? plainCodes : -1;
  const width = plainCodes + (nullCode < 0 ? 0 : 1);
  if (width === 0 || table.size !== texts.length)
    throw new RangeError(`Expected column \`${field.name}\` to have distinct levels`);
  const rows = [
    ...json.levels.map(([, held]) => held),
    ...(json.rare === undefined ? [] : [json.rare.rows]),
    ...(nullCode < 0 ? [] : [json.null]),
  ];
  const unseenCode = Math.max(0, rareCode);
  const standIn = json.rare?.values.length === 0 ? rareCode : -1;
  const [firstRare, pickRare] =
    standIn < 0 ? [rareCode, rarePicker(json.rare?.values ?? [])] : [0, rarePicker(json.levels)];
  const ownTexts: Vector | undefined = DataType.isDictionary(type) ? ownDictionary(type, table) : undefined;
  const values = ownTexts === undefined ? textData(type, table) : undefined;
  const seenDictionaries = new WeakMap<Vector, Int32Array>();

  function codeOf(bytes: Uint8Array, start: number, end: number): number {
    const id = table.find(bytes, start, end);
    return id < json.levels.length ? id : rareCode;
  }

  /** The code of each entry of a dictionary: -1 unseen, -2 null. */
  function codesOf(dictionary: Vector): Int32Array {
    const known = seenDictionaries.get(dictionary);
    if (known !== undefined) return known;
    const codes: number[] = [];
    for (const chunk of dictionary.data) {
      forEachText(
        chunk,
        (bytes, start, end) => codes.push(table.find(bytes, start, end) < 0 ? -1 : codeOf(bytes, start, end)),
        () => codes.push(-2),
      );
    }
    const found = Int32Array.from(codes);
    seenDictionaries.set(dictionary, found);
    return found;
  }

  /** The text of each row, -1 for null. */
  function textIds({ codes, uniforms, offset, stride, rows }: CodeSlots): Int32Array {
    const ids = new Int32Array(rows);
    for (let r = 0, at = offset; r < rows; r += 1, at += stride) {
      const code = codes[at] as number;
      ids[r] = code === nullCode ? -1 : code === rareCode ? firstRare + pickRare(uniforms[at] as number) : code;
    }
    return ids;
  }

  /** For each row that is in a bucket that does not list its text, the row beside it whose text it takes; -1 for all others. */
  function ownRows({ codes, offset, stride, rows }: CodeSlots, copied: CopiedRows | undefined): Int32Array | undefined {
    if (copied === undefined || json.rare === undefined || json.rare.complete) return undefined;
    const own = Int32Array.from({ length: rows }, (_, r) =>
      codes[offset + r * stride] === rareCode ? (copied.rows[r] as number) : -1,
    );
    const isOwn = (row: number) => row >= 0;
    // Texts are looked up only where some are needed.
    if (!own.some(isOwn)) return undefined;
    const inBucket = new Uint8Array(copied.data.length);
    forEachText(
      copied.data,
      (bytes, start, end, row) => {
        const id = table.find(bytes, start, end);
        inBucket[row] = Number(id < 0 || id >= json.levels.length);
      },
      () => {},
    );
    own.forEach((row, r) => {
      if (isOwn(row) && inBucket[row] === 0) own[r] = -1;
    });
    return own.some(isOwn) ? own : undefined;
  }

  return {
    kind: 'categorical',
    name: field.name,
    span: { name: field.name, likelihood: 'categorical', width, rows },
    ...((rareCode < 0 || standIn >= 0) && { codeRows: rows.map((held, code) => (code === standIn ? 0 : held)) }),
    ...(standIn >= 0 && { standIn }),
    seenOnce: [...json.levels, ...(json.rare?.values ?? [])].filter(([, rows]) => rows === 1).length,
    encode(data, codes, offset, stride, onUnseen) {
      const unseen = (text: () => string, row: number): number => {
        onUnseen?.(text(), row);
        return unseenCode;
      };
      const unseenNull = (row: number): number => {
        if (nullCode < 0) onUnseen?.('null', row);
        return Math.max(0, nullCode);
      };
      if (data.dictionary !== undefined) {
        const dictionary: Vector = data.dictionary;
        const entryCodes = codesOf(dictionary);
        const bitmap = validityOf(data);
        const indices = data.values as Int32Array | BigInt64Array;
        for (let r = 0; r < data.length; r += 1) {
          const index = Number(indices[r]);
          const code = isSet(bitmap, data.offset + r) ? (entryCodes[index] ?? -2) : -2;
          codes[offset + r * stride] =
            code >= 0 ? code : code === -1 ? unseen(() => String(dictionary.get(index)), r) : unseenNull(r);
        }
        return;
      }
      forEachText(
        data,
        (bytes, start, end, r) => {
          const id = table.find(bytes, start, end);
          codes[offset + r * stride] =
            id < 0
              ? unseen(() => new TextDecoder().decode(bytes.subarray(start, end)), r)
              : id < json.levels.length
                ? id
                : rareCode;
        },
        (r) => {
          codes[offset + r * stride] = unseenNull(r);
        },
      );
    },
    decode(slots, copied) {
      const ids = textIds(slots);
      const own = ownRows(slots, copied);
      if (values !== undefined) {
        if (own === undefined || copied === undefined) return gather(values, ids);
        own.forEach((row, r) => {
          if (row >= 0) ids[r] = values.length + row;
        });
        return gather(concatData(type, [values, copied.data]), ids);
      }
      const theirs: Vector | undefined = copied?.data.dictionary;
      let places = theirs === undefined ? undefined : placesIn(theirs, table);
      if (own !== undefined && places !== undefined) {
        const indices = copied?.data.values as Int32Array | BigInt64Array;
        const texts = places.length;
        places = Int32Array.from([...places, ...own.map((row) => (row < 0 ? -1 : Number(indices[row])))]);
        own.forEach((row, r) => {
          if (row >= 0) ids[r] = texts + r;
        });
      }
      const { length } = ids;
      const bitmap = bitmapOf(length, true);
      let nulls = 0;
      for (let r = 0; r < length; r += 1) {
        if ((ids[r] as number) >= 0) continue;
        clearBit(bitmap, r);
        nulls += 1;
      }
      return buildData(type, {
        length,
        nulls,
        values: indexArray((type as Dictionary).indices, ids, places),
        bitmap: nulls > 0 ? bitmap : undefined,
        dictionary: places === undefined ? ownTexts : theirs,
      });
    },
    ...(values !== undefined && {
      pick: (slots: CodeSlots, copied?: CopiedRows) =>
        ownRows(slots, copied) === undefined ? { data: values, rows: textIds(slots) } : undefined,
    }),
    exactValues: madeOnce(() =>
      exactTexts(table, {
        levels: json.levels.length,
        rare: (json.rare?.values ?? []).map(([, rows]) => rows),
        nullCode,
      }),
    ),
    toJSON: () => json,
  };
}

/** Draws the place of a rare value by its frequency (inverse distribution function). */
function rarePicker(values: readonly (readonly [string, number])[]): (uniform: number) => number {
  const ends = runningSums(values.map(([, rows]) => rows));
  const total = ends.at(-1) ?? 0;
  return (uniform) => {
    let from = 0;
    let to = ends.length - 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (uniform * total < (ends[middle] as number)) to = middle;
      else from = middle + 1;
    }
    return from;
  };
}
