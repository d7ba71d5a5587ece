import { DataType, Field, Utf8 } from 'apache-arrow';
import { textsOfViews, viewsOfTexts } from '../batches/text-views.js';
import type { Column, ColumnKind, CopiedRows } from './column.js';

/** The field with utf8 in place of views of texts, which are the same values in another form; undefined for other types. */
export function withoutViews(field: Field): Field | undefined {
  return DataType.isUtf8View(field.type)
    ? new Field(field.name, new Utf8(), field.nullable, field.metadata)
    : undefined;
}

/** Fits views of texts as `plain`, the kind of the same field with utf8, does. */
export function viewKind(plain: ColumnKind, plainField: Field): ColumnKind {
  return {
    kind: plain.kind,
    accepts: (field) => DataType.isUtf8View(field.type),
    fit(field, options) {
      const fitter = plain.fit(plainField, options);
      return {
        add: (data) => fitter.add(textsOfViews(data)),
        *finish() {
          const finished = fitter.finish();
          return viewColumn(field, 'next' in finished ? yield* finished : finished);
        },
      };
    },
  };
}

/** A column of utf8 as one of views. */
export function viewColumn(field: Field, { pick: _, coded, exactValues, ...plain }: Column): Column {
  const plainRows = (copied: CopiedRows | undefined) => copied && { ...copied, data: textsOfViews(copied.data) };
  return {
    ...plain,
    ...(coded && { coded: viewColumn(field, coded) }),
    exactValues() {
      const exact = exactValues?.();
      return exact && { ...exact, find: (data) => exact.find(textsOfViews(data)) };
    },
    encode: (data, codes, offset, stride, onUnseen) =>
      plain.encode(textsOfViews(data), codes, offset, stride, onUnseen),
    decode: (slots, copied) => viewsOfTexts(field.type, plain.decode(slots, plainRows(copied))),
  };
}
