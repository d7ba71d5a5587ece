import type { Field } from 'apache-arrow';
import { boolean } from './boolean.js';
import { categorical } from './categorical.js';
import type { Column, ColumnJson, ColumnKind, ColumnOptions } from './column.js';
import { constantKind } from './constant.js';
import { datetime } from './datetime.js';
import { flag } from './flag.js';
import { image } from './image.js';
import { measured } from './measured.js';
import { numeric } from './numeric.js';
import { opaque } from './opaque.js';
import { viewKind, withoutViews } from './text-view.js';

/** Every kind of column, one a line; a field is fitted by the first that accepts its type. */
export const columnKinds: readonly ColumnKind[] = [
  image,
  flag,
  measured,
  boolean,
  numeric,
  datetime,
  categorical,
  constantKind(restoreColumn),
  opaque,
];

/** The kind that fits a field: `opaque` accepts what no other does. */
export function kindOf(field: Field, options: ColumnOptions): ColumnKind {
  const plain = withoutViews(field);
  if (plain !== undefined) return viewKind(kindOf(plain, options), plain);
  return columnKinds.find((kind) => kind.accepts(field, options)) ?? opaque;
}

/** The column of its JSON. Throws as the kind's `restore` does, RangeError when there is no such kind. */
export function restoreColumn(field: Field, json: ColumnJson): Column {
  const kind = columnKinds.find((candidate) => candidate.kind === json.kind);
  if (kind === undefined)
    throw new RangeError(`Expected column \`${field.name}\` to be of a known kind, got \`${json.kind}\``);
  const plain = withoutViews(field);
  return (plain === undefined ? kind : viewKind(kind, plain)).restore(field, json);
}
