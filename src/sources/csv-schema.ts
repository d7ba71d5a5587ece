import { type DataType, Field, Schema, Utf8 } from 'apache-arrow';
import { type DateOrder, type DecimalMark, inferSchema, type TextColumn } from '../batches/infer-schema.js';
import { nullMarksOf, withNullMarks } from '../batches/null-marks.js';
import { requireSameSchema } from '../batches/require-same-schema.js';
import { SchemaMismatchError } from '../errors.js';
import { pace } from '../pace.js';
import type { CsvRecords } from './csv-records.js';
import { givenField } from './given-field.js';
import { marksOfNulls } from './null-fields.js';
import { type TextFields, textAt } from './text-fields.js';

/** What is said of a file's columns: the options of `fromCsv` of these names, and the file's name in errors. */
export interface CsvSchemaOptions {
  readonly schema: Schema | Readonly<Record<string, DataType | Field>> | undefined;
  readonly inferRows: number;
  readonly dateOrder: DateOrder | undefined;
  readonly decimalMark: DecimalMark | undefined;
  readonly nullValues: readonly string[];
  readonly source: string;
}

/** The schema of a file, inferred from its first records, and the names of those columns whose type was given; the event loop has its turn after each column. */
export async function csvSchema(
  names: readonly string[],
  sample: readonly CsvRecords[],
  { schema: wanted = {}, inferRows, dateOrder, decimalMark, nullValues, source }: CsvSchemaOptions,
): Promise<{ schema: Schema; given: ReadonlySet<string> }> {
  const marked = (field: Field, found: readonly string[] = []) =>
    withNullMarks(field, 'rx-augment:null', [...found, ...nullMarksOf(field), ...nullValues, '']);
  const nullMarks = nullValues.filter((value) => value !== '');
  requireDivided(names, wanted instanceof Schema ? wanted.names : Object.keys(wanted), source);
  if (wanted instanceof Schema) {
    const field = (name: string) =>
      wanted.fields.find((field) => field.name === name) ?? new Field(name, new Utf8(), true);
    requireSameSchema(wanted, new Schema(names.map(field)), 'Expected the columns of `schema`', ` (${source})`);
    const isMarked = nullMarks.length > 0;
    return {
      schema: isMarked
        ? new Schema(
            wanted.fields.map((field) => marked(field)),
            wanted.metadata,
          )
        : wanted,
      given: new Set(names),
    };
  }
  for (const name of Object.keys(wanted)) {
    if (!names.includes(name)) {
      throw new SchemaMismatchError(
        `Expected the columns of \`schema\`, but column \`${name}\` is missing (${source})`,
        name,
      );
    }
  }
  const given = new Set(Object.keys(wanted));
  const fields: Field[] = [];
  for (const [c, name] of names.entries()) {
    const type = given.has(name) ? wanted[name] : undefined;
    const texts = sample.map(({ columns }) => columns[c] as TextFields);
    const found = nullMarks.length > 0 ? marksOfNulls(texts, inferRows, nullValues) : [];
    if (type !== undefined) fields.push(marked(givenField(name, type), found));
    else {
      const options = { dateOrder, decimalMark, nullMarks, guessNulls: true };
      const [field] = inferSchema([name], [firstTexts(texts, inferRows)], options).fields as [Field];
      fields.push(nullMarks.length > 0 ? marked(field, found) : field);
      await pace();
    }
  }
  return { schema: new Schema(fields), given };
}

/** A SchemaMismatchError where the columns wanted are all in one, as behind another delimiter: none of them would be found. */
function requireDivided([header = '', ...more]: readonly string[], wanted: readonly unknown[], source: string): void {
  const [delimiter] = /[,;\t|]/.exec(header) ?? [];
  if (more.length > 0 || delimiter === undefined || wanted.length === 0 || wanted.includes(header)) return;
  const found = header.length > 80 ? `${header.slice(0, 80)}...` : header;
  throw new SchemaMismatchError(
    `Expected the columns of \`schema\`, got one, ${JSON.stringify(found)}: is \`delimiter\` '${delimiter === '\t' ? '\\t' : delimiter}'? (${source})`,
    header,
  );
}

function firstTexts(sample: readonly TextFields[], rows: number): TextColumn {
  const texts: (string | null)[] = [];
  for (const fields of sample) {
    for (let row = 0; row < fields.length && texts.length < rows; row += 1) texts.push(textAt(fields, row));
  }
  return texts;
}
