import type { Field } from 'apache-arrow';
import { boolean, booleanColumn } from './boolean.js';
import { categorical } from './categorical.js';
import { categoricalColumn } from './categorical-column.js';
import type { Column, ColumnKind, ColumnOptions } from './column.js';
import type { ColumnJson } from './column-json.js';
import { constantColumn } from './constant.js';
import { datetime } from './datetime.js';
import { flag, flagColumn } from './flag.js';
import { image, imageColumn } from './image.js';
import { measured, measuredColumn } from './measured.js';
import { numeric } from './numeric.js';
import { numericColumn } from './numeric-column.js';
import { opaque, opaqueColumn } from './opaque.js';
import { viewColumn, viewKind, withoutViews } from './text-view.js';

/** Every kind of column that fields are fitted as, one a line; a field is fitted by the first that accepts its type. */
export const columnKinds: readonly ColumnKind[] = [
  image,
  flag,
  measured,
  boolean,
  numeric,
  datetime,
  categorical,
  opaque,
];

/** The kind that fits a field: `opaque` accepts what no other does. */
export function kindOf(field: Field, options: ColumnOptions): ColumnKind {
  const plain = withoutViews(field);
  if (plain !== undefined) return viewKind(kindOf(plain, options), plain);
  return columnKinds.find((kind) => kind.accepts(field, options)) ?? opaque;
}

/** The column of its JSON. RangeError or TypeError where the JSON is not of such a field. */
export function restoreColumn(field: Field, json: ColumnJson): Column {
  const plain = withoutViews(field);
  if (plain !== undefined) return viewColumn(field, restoreColumn(plain, json));
  switch (json.kind) {
    case 'image':
      return imageColumn(field, json);
    case 'flag':
      return flagColumn(field, json);
    case 'measured':
      return measuredColumn(field, json);
    case 'boolean':
      return booleanColumn(field, json);
    case 'numeric':
    case 'datetime':
      return numericColumn(field, json);
    case 'categorical':
      return categoricalColumn(field, json);
    case 'constant':
      return constantColumn(restoreColumn(field, json.of));
    case 'opaque':
      return opaqueColumn(field, json.reason);
    default:
      return json satisfies never;
  }
}
