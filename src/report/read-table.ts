import { DataType, type Field, type RecordBatch } from 'apache-arrow';
import { cellsOf } from '../columns/cells-of.js';
import { SchemaMismatchError } from '../errors.js';
import { pace } from '../pace.js';
import { foldIn, type RandomKey, uniformAt } from '../random.js';
import { type ColumnSummary, createColumnSummariser } from './column-summary.js';
import { type ColumnValues, isOrdered } from './column-values.js';
import { createKeptValues, type KeptValues } from './kept-values.js';
import { createLevelIndex, type LevelIndex } from './level-index.js';
import { type ReportInput, readBatches } from './report-input.js';

/** A column of a table that was read. */
export interface ReadColumn {
  readonly name: string;
  readonly type: 'number' | 'date' | 'category';
  /** Of all rows. */
  readonly summary: ColumnSummary;
  /** Of the rows kept. */
  readonly sample: ColumnValues;
}

/** What one pass over a table leaves. */
export interface ReadTable {
  /** All rows. */
  readonly rows: number;
  /** Rows kept: all, or a random sample. */
  readonly kept: number;
  readonly columns: readonly ReadColumn[];
}

/** How a table is read. */
export interface ReadTableOptions {
  /** Rows kept at most. */
  readonly maxRows: number;
  /** Levels of a column kept apart at most; default 50,000. */
  readonly maxLevels?: number;
  readonly key: RandomKey;
  /** The table this one is compared with, whose columns it must have. */
  readonly like?: ReadTable;
  /** What the table is called in messages. */
  readonly role: string;
  /** Told of every batch. */
  readonly onBatch?: (batch: RecordBatch) => void;
}

interface Reader {
  readonly name: string;
  readonly type: ReadColumn['type'];
  readonly levels: LevelIndex;
  readonly summariser: ReturnType<typeof createColumnSummariser>;
  readonly kept: KeptValues<Float64Array | Int32Array>;
}

/**
 * Reads a table once: summaries of every column, and a uniform sample of rows (Vitter 1985, algorithm R). Memory is bounded
 * by `maxRows` times the columns. Rejects with SchemaMismatchError, naming the column, where a column of `like` is missing or of
 * another kind, and with RangeError where there are no rows.
 */
export async function readTable(input: ReportInput, options: ReadTableOptions): Promise<ReadTable> {
  const { maxRows, key, role } = options;
  const places = foldIn(key, role);
  let readers: Reader[] | undefined;
  let rows = 0;
  await readBatches(input, (batch) => {
    if (batch.numRows === 0) return; // Its columns may have no types yet.
    readers ??= readersOf(batch, options);
    const start = rows;
    rows += batch.numRows;
    // Which place each row takes; -1 for none. One choice for all columns.
    const place = Int32Array.from({ length: batch.numRows }, (_, r) => {
      if (start + r < maxRows) return start + r;
      const at = Math.floor(uniformAt(places, start + r) * (start + r + 1));
      return at < maxRows ? at : -1;
    });
    for (const { name, type, summariser, kept } of readers) {
      let r = 0;
      for (const value of cellsOf(batch.getChild(name))) {
        const found = type === 'category' ? summariser.addText(value) : summariser.addNumber(value);
        if ((place[r] as number) >= 0) kept.put(place[r] as number, found);
        r += 1;
      }
    }
    options.onBatch?.(batch);
  });
  if (readers === undefined || rows === 0) throw new RangeError(`Expected rows, got none (${role} table)`);
  const columns: ReadColumn[] = [];
  for (const reader of readers) {
    columns.push(columnOf(reader));
    await pace();
  }
  return { rows, kept: Math.min(rows, maxRows), columns };
}

function columnOf({ name, type, levels, summariser, kept }: Reader): ReadColumn {
  const kind = type === 'category' ? 'category' : 'number';
  const values = kept.take();
  const numbers = values instanceof Float64Array ? values : new Float64Array();
  const codes = values instanceof Int32Array ? values : new Int32Array();
  return { name, type, summary: summariser.finish(), sample: { name, kind, numbers, codes, levels } };
}

function readersOf({ schema }: RecordBatch, { like, role, maxLevels }: ReadTableOptions): Reader[] {
  const reader = (name: string, type: ReadColumn['type'], levels: LevelIndex): Reader => {
    const kind = type === 'category' ? 'category' : 'number';
    const kept = createKeptValues<Float64Array | Int32Array>((length) =>
      kind === 'number' ? new Float64Array(length) : new Int32Array(length),
    );
    return { name, type, levels, summariser: createColumnSummariser(kind, levels, maxLevels), kept };
  };
  if (like === undefined) {
    const comparable = schema.fields.filter(({ type }) => !isNested(type) && !DataType.isBinary(type));
    return comparable.map((field) => reader(String(field.name), typeOf(field), createLevelIndex()));
  }
  return like.columns.map(({ name, type, sample }) => {
    const field = schema.fields.find((candidate) => candidate.name === name);
    const found = field && typeOf(field);
    // A column that is nothing but null has no type of its own.
    const fits =
      found === type || (field && DataType.isNull(field.type)) || (found !== 'category' && type !== 'category');
    if (field !== undefined && fits) return reader(name, type, sample.levels);
    throw new SchemaMismatchError(
      `Expected column \`${name}\` to be a ${type}, got ${found === undefined ? 'no such column' : `a ${found}`} (${role} table)`,
      name,
    );
  });
}

function isNested(type: DataType): boolean {
  return (
    DataType.isList(type) ||
    DataType.isFixedSizeList(type) ||
    DataType.isStruct(type) ||
    DataType.isMap(type) ||
    DataType.isUnion(type)
  );
}

function typeOf(field: Field): ReadColumn['type'] {
  if (DataType.isDate(field.type) || DataType.isTimestamp(field.type)) return 'date';
  return isOrdered(field) ? 'number' : 'category';
}
