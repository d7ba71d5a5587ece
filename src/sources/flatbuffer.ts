/** What the fields of a table are, by their position in the format's definition. */
export type FlatShape = readonly FlatPart[];

/** What a field is: a scalar of so many bytes, a text, or something that its offset leads to. Functions, as tables may hold tables of their kind. */
export type FlatPart =
  | number
  | 'text'
  | { readonly table: () => FlatShape }
  | { readonly tables: () => FlatShape }
  /** A vector of scalars or structs of so many bytes each. */
  | { readonly items: number }
  /** A table whose kind the field before it tells, a byte; one of another kind is not looked at. */
  | { readonly union: readonly (FlatShape | undefined)[] };

/** A table of a flatbuffer; what it does not have is 0, '' or nothing, as the format has it. */
export interface FlatTable {
  byte(field: number): number;
  int16(field: number): number;
  text(field: number): string;
  table(field: number): FlatTable | undefined;
  tables(field: number): FlatTable[];
}

/**
 * The root table of a flatbuffer. A RangeError unless everything that `shape` tells of lies within the bytes: lengths of vectors
 * are what other readers trust, so that damaged ones make them loop for minutes or run out of memory. Cost: each table is
 * visited once, what vectors hold is not looked at.
 */
export function readFlatbuffer(bytes: Uint8Array, shape: FlatShape): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const root = target(view, 0);
  // A table takes 8 bytes or more, with the offset to it: more of them would share bytes, and could be any number.
  let left = bytes.length / 8;

  function checkTable(at: number, parts: FlatShape): void {
    left -= 1;
    const fields = at - view.getInt32(at, true);
    if (left < 0 || fields + view.getUint16(fields, true) > bytes.length) throw new RangeError('not a flatbuffer');
    for (const [i, part] of parts.entries()) {
      const place = fieldOf(view, at, i);
      if (place !== 0) checkPart(part, place, () => byteOf(view, at, i - 1));
    }
  }

  function checkPart(part: FlatPart, at: number, kind: () => number): void {
    if (typeof part === 'number') checkRange(at, part);
    else if (part === 'text') checkItems(at, 1);
    else if ('items' in part) checkItems(at, part.items);
    else if ('table' in part) checkTable(target(view, at), part.table());
    else if ('tables' in part) {
      checkItems(at, 4);
      for (const place of placesOf(view, at)) checkTable(target(view, place), part.tables());
    } else {
      const shape = part.union[kind()];
      if (shape !== undefined) checkTable(target(view, at), shape);
    }
  }

  function checkItems(at: number, size: number): void {
    const begin = target(view, at);
    checkRange(begin + 4, view.getUint32(begin, true) * size);
  }

  function checkRange(at: number, size: number): void {
    if (at + size > bytes.length) throw new RangeError('a value beyond the end of a flatbuffer');
  }

  checkTable(root, shape);
  return tableAt(view, root);
}

function tableAt(view: DataView, at: number): FlatTable {
  return {
    byte: (field) => byteOf(view, at, field),
    int16(field) {
      const place = fieldOf(view, at, field);
      return place === 0 ? 0 : view.getInt16(place, true);
    },
    text(field) {
      const place = fieldOf(view, at, field);
      if (place === 0) return '';
      const begin = target(view, place);
      return Buffer.from(view.buffer, view.byteOffset + begin + 4, view.getUint32(begin, true)).toString();
    },
    table(field) {
      const place = fieldOf(view, at, field);
      return place === 0 ? undefined : tableAt(view, target(view, place));
    },
    tables(field) {
      const place = fieldOf(view, at, field);
      return place === 0 ? [] : placesOf(view, place).map((item) => tableAt(view, target(view, item)));
    },
  };
}

/** Where a table has a field; 0 where it has not. */
function fieldOf(view: DataView, table: number, field: number): number {
  const fields = table - view.getInt32(table, true);
  const slot = 4 + 2 * field;
  const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0;
  // apache-arrow takes both for signed numbers.
  if (offset > 32_767) throw new RangeError('a field before its table');
  return offset === 0 ? 0 : table + offset;
}

function byteOf(view: DataView, table: number, field: number): number {
  const place = fieldOf(view, table, field);
  return place === 0 ? 0 : view.getUint8(place);
}

/** Where an offset leads: always ahead, so that no table can hold itself. */
function target(view: DataView, at: number): number {
  const offset = view.getUint32(at, true);
  if (offset === 0) throw new RangeError('an offset to itself');
  return at + offset;
}

/** Where the offsets of a vector of tables are. */
function placesOf(view: DataView, at: number): number[] {
  const begin = target(view, at);
  return Array.from({ length: view.getUint32(begin, true) }, (_, i) => begin + 4 + 4 * i);
}
