import type { Field } from 'apache-arrow';
import { textReason } from '../batches/text-reason.js';
import { categoricalColumn } from './categorical-column.js';
import type { Column, ColumnKind } from './column.js';
import { leastRowsOf } from './least-rows.js';
import { opaqueColumn } from './opaque.js';
import { createTextCounter, type TextCounter } from './text-counter.js';
import { forEachText, isText } from './text-data.js';

/**
 * Texts that repeat. Levels are sorted by frequency, equal ones by text; beyond `maxCategories` the last code is the rare bucket, which
 * stands for the 1,000 most frequent of the others. From 20 rows on, texts that fewer than five share count among the bucket's rows, but
 * are not kept, unless `keepsRare` says so of the column.
 *
 * Columns of 20 texts or more are identifiers or free text, and not modelled, when more than half of their texts are
 * different; or when texts are longer than 50 bytes on average and more than a twentieth (and 20) are different. Neither are columns
 * of 20 rows or more when the texts kept would cover less than half of those there are.
 */
export const categorical: ColumnKind = {
  kind: 'categorical',
  accepts: ({ type }) => isText(type),
  fit(field, { maxCategories, keepsRare }) {
    const texts = createTextCounter();
    let nulls = 0;
    const keepRare = keepsRare(field.name);
    return {
      add(data) {
        forEachText(
          data,
          (bytes, start, end) => texts.add(bytes, start, end),
          () => {
            nulls += 1;
          },
        );
      },
      finish: () => finish(field, texts, { nulls, maxCategories, keepRare }),
    };
  },
};

/** Most rare values kept: enough for variety, little enough for a model file. */
const maxRareValues = 1000;

function finish(
  field: Field,
  texts: TextCounter,
  { nulls, maxCategories, keepRare }: { nulls: number; maxCategories: number; keepRare: boolean },
): Column {
  const { count, distinct } = texts;
  const reason = textReason(field)?.text;
  const other = reason ?? 'names, free text, or numbers or dates in another form';
  if (count >= 20) {
    if (distinct === count || (!texts.exact && distinct > 0.96 * count)) {
      return opaqueColumn(field, reason === undefined ? 'an identifier: every row has another text' : other);
    }
    if (distinct > count / 2) return opaqueColumn(field, `${other}: more than half of the texts are different`);
    if (texts.meanLength > 50 && distinct > Math.max(20, count / 20)) {
      return opaqueColumn(field, 'free text: long and mostly different');
    }
  }
  const rows = count + nulls;
  const leastRows = keepRare ? 1 : leastRowsOf(rows);
  const entries = texts.entries().filter(([, held]) => held >= leastRows);
  const isAll = texts.exact && distinct === entries.length;
  const levels = entries.slice(0, isAll && distinct <= maxCategories ? maxCategories : maxCategories - 1);
  const rare = entries.slice(levels.length, levels.length + maxRareValues);
  const covered = [...levels, ...rare].reduce((sum, [, held]) => sum + held, 0);
  if (rows >= 20 && covered < count / 2) {
    return opaqueColumn(field, `${other}: too many different texts, or too few of any`);
  }
  const rareRows = count - levels.reduce((sum, [, held]) => sum + held, 0);
  return categoricalColumn(field, {
    kind: 'categorical',
    name: field.name,
    levels,
    ...(rareRows > 0 && {
      rare: { rows: rareRows, values: rare, complete: isAll && levels.length + rare.length === distinct },
    }),
    null: nulls,
  });
}
