import { DataType, type Field, type Schema } from 'apache-arrow';
import { dateLayout, dateLayoutOf } from '../batches/date-layout.js';
import { secondsInType } from '../batches/seconds-in-type.js';
import type { Condition, Where } from '../index.js';
import { UsageError } from './usage-error.js';

/**
 * The conditions that `--where column=value` stand for, by the columns' types: `age=30..40` is a range of numbers or dates (as the
 * column has them, or ISO 8601), `age=30..` and `age=..40` are open at an end, `age=30` is one value, `job=cook` a text, and
 * `job=cook|clerk` one of several. A UsageError for what is none.
 */
export function whereOf(texts: readonly string[], schema: Schema): Where {
  const conditions = texts.map((text): [string, Condition] => {
    // Names may hold an equals sign; the longest that is a column counts.
    const field = schema.fields
      .filter(({ name }) => text.startsWith(`${name}=`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (field === undefined) {
      const names = schema.fields.map(({ name }) => name).join(', ');
      throw new UsageError(`Expected --where COLUMN=VALUE with a column of ${names}, got ${text}`);
    }
    const value = text.slice(field.name.length + 1);
    return [field.name, conditionOf(value, field, text)];
  });
  return Object.fromEntries(conditions);
}

function conditionOf(value: string, field: Field, text: string): Condition {
  const { type } = field;
  if (DataType.isUtf8(type) || DataType.isDictionary(type) || DataType.isLargeUtf8(type)) {
    return value.includes('|') ? { in: value.split('|') } : value;
  }
  if (DataType.isBool(type) && (value === 'true' || value === 'false')) return value === 'true';
  const isTime = DataType.isDate(type) || DataType.isTimestamp(type) || DataType.isTime(type);
  const numberOf = (part: string) => (isTime ? timeOf(part, field) : part.trim() === '' ? Number.NaN : Number(part));
  const parts = value.split('..');
  const [from = '', to = ''] = parts;
  const low = parts.length === 2 && from === '' && to !== '' ? Number.NEGATIVE_INFINITY : numberOf(from);
  const high = parts.length === 2 && to === '' && from !== '' ? Number.POSITIVE_INFINITY : numberOf(to);
  if (parts.length > 2 || Number.isNaN(low) || (parts.length === 2 && Number.isNaN(high))) {
    throw new UsageError(`Expected a value of the column's type (${type}) or a range LOW..HIGH, got ${text}`);
  }
  return parts.length === 1 ? low : [low, high];
}

/** Milliseconds since 1970 of a date or moment, a time of day in its unit; NaN for what is none. */
function timeOf(text: string, field: Field): number {
  const isTimeOfDay = DataType.isTime(field.type);
  const layout = dateLayoutOf(field) ?? (isTimeOfDay ? dateLayout('HH:mm:ss') : undefined);
  const seconds = layout?.parse(text);
  if (isTimeOfDay) return seconds === undefined ? Number.NaN : Number(secondsInType(field.type)?.valueOf(seconds));
  if (seconds !== undefined) return seconds * 1000;
  return layout === undefined || /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
}
