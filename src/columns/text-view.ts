import { type Data, DataType, Dictionary, Field, makeData, Utf8, Vector } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { concatBits } from '../batches/concat-bits.js';
import { textsOfViews, viewsOfTexts } from '../batches/text-views.js';
import { validityOf } from '../batches/validity.js';
import type { Column, ColumnKind, CopiedRows } from './column.js';

/** The field with utf8 in place of views of texts, also in dictionaries, which are the same values in another form; undefined for other types. */
export function withoutViews({ name, type, nullable, metadata }: Field): Field | undefined {
  if (DataType.isUtf8View(type)) return new Field(name, new Utf8(), nullable, metadata);
  if (!DataType.isDictionary(type) || !DataType.isUtf8View(type.dictionary)) return undefined;
  return new Field(name, new Dictionary(new Utf8(), type.indices, null, type.isOrdered), nullable, metadata);
}

/** Fits views of texts as `plain`, the kind of the same field with utf8, does. */
export function viewKind(plain: ColumnKind, plainField: Field): ColumnKind {
  return {
    kind: plain.kind,
    accepts: (field) => withoutViews(field) !== undefined,
    fit(field, options) {
      const fitter = plain.fit(plainField, options);
      const { textsOf } = formsOf(field, plainField);
      return {
        add: (data) => fitter.add(textsOf(data)),
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
  const { textsOf, viewsOf } = formsOf(field, withoutViews(field) ?? field);
  const plainRows = (copied: CopiedRows | undefined) => copied && { ...copied, data: textsOf(copied.data) };
  return {
    ...plain,
    ...(coded && { coded: viewColumn(field, coded) }),
    exactValues() {
      const exact = exactValues?.();
      return exact && { ...exact, find: (data) => exact.find(textsOf(data)) };
    },
    encode: (data, codes, offset, stride, onUnseen) => plain.encode(textsOf(data), codes, offset, stride, onUnseen),
    decode: (slots, copied) => viewsOf(plain.decode(slots, plainRows(copied))),
  };
}

interface Forms {
  textsOf(data: Data): Data;
  viewsOf(data: Data): Data;
}

/** From one form of a column to the other and back. The same dictionary gives the same one each time. */
function formsOf({ type }: Field, plain: Field): Forms {
  if (!DataType.isDictionary(type)) return { textsOf: textsOfViews, viewsOf: (data) => viewsOfTexts(type, data) };
  const texts = new WeakMap<Vector, Vector>();
  const views = new WeakMap<Vector, Vector>();
  return {
    textsOf(data) {
      const { dictionary = new Vector([makeData({ type: type.dictionary, length: 0 })]) } = data;
      const found = texts.get(dictionary) ?? new Vector(dictionary.data.map(textsOfViews));
      texts.set(dictionary, found);
      views.set(found, dictionary);
      return withDictionary(plain.type, data, found);
    },
    viewsOf(data) {
      const { dictionary = new Vector([makeData({ type: new Utf8(), length: 0 })]) } = data;
      const found =
        views.get(dictionary) ?? new Vector(dictionary.data.map((words) => viewsOfTexts(type.dictionary, words)));
      views.set(dictionary, found);
      return withDictionary(type, data, found);
    },
  };
}

function withDictionary(type: DataType, data: Data, dictionary: Vector): Data {
  const { length, nullCount: nulls, offset, values } = data;
  const bits = validityOf(data);
  const bitmap = bits && concatBits([{ bits, offset, length }]);
  return buildData(type, { length, nulls, bitmap, values, dictionary });
}
