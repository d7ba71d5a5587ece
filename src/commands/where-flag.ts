import { DataType, type Field, type Schema } from 'apache-arrow';
import { dateLayout, dateLayoutOf } from '../batches/date-layout.js';
import { nameList } from '../batches/name-list.js';
import { numberLayoutOf } from '../batches/number-layout.js';
import { offsetOf, parseDate, parseTimestamp } from '../batches/parse-time.js';
import { secondsInType } from '../batches/seconds-in-type.js';
import { typeName } from '../batches/type-name.js';
import type { Condition, Where } from '../index.js';
import { UsageError } from './usage-error.js';

/**
 * The conditions that `--where column=value` stand for, by the columns' types: `age=30..40` is a range of numbers or dates (as the
 * column has them, or plain ones and ISO 8601), `age=30..` and `age=..40` are open at an end, `age=30` is one value, `job=cook` a text, and
 * `job=cook|clerk` or `age=30|40` one of several. A UsageError for what is none, and for two on one column.
 */
export function whereOf(texts: readonly string[], schema: Schema): Where {
  const seen = new Map<string, string>();
  const conditions = texts.map((text): [string, Condition] => {
    // Names may hold an equals sign; the longest that is a column counts.
    const field = schema.fields
      .filter(({ name }) => text.startsWith(`${name}=`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (field === undefined) {
      const names = nameList(schema.fields.map(({ name }) => name));
      throw new UsageError(`Expected --where COLUMN=VALUE with a column of ${names}, got ${text}`);
    }
    const before = seen.get(field.name);
    if (before !== undefined)
      throw new UsageError(
        `Expected one condition a column, as column=one|other or column=low..high, got ${before} and ${text}`,
      );
    seen.set(field.name, text);
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
  const layout = isTime ? undefined : numberLayoutOf(field);
  const plain = (part: string) => layout?.parse(part, true) ?? (part.trim() === '' ? Number.NaN : Number(part));
  const numberOf = (part: string) => (isTime ? timeOf(part, field) : plain(part));
  // As dates, messages show them as such.
  const given = (time: number) => (isTime && !DataType.isTime(type) && Number.isFinite(time) ? new Date(time) : time);
  const several = value.includes('|') ? value.split('|').map(numberOf) : [];
  if (several.length > 0 && !several.some(Number.isNaN)) return { in: several.map(given) };
  const parts = value.split('..');
  const [from = '', to = ''] = parts;
  const low = parts.length === 2 && from === '' && to !== '' ? Number.NEGATIVE_INFINITY : numberOf(from);
  const high = parts.length === 2 && to === '' && from !== '' ? Number.POSITIVE_INFINITY : numberOf(to);
  if (parts.length > 2 || Number.isNaN(low) || (parts.length === 2 && Number.isNaN(high))) {
    const name =
      layout === undefined ? typeName(type) : `${typeName(type)}, as ${field.metadata.get('rx-augment:number')}`;
    const kind = isTime ? `${typeName(type)}, as ${layoutText(field)}` : name;
    throw new UsageError(`Expected a value of the column's type (${kind}) or a range LOW..HIGH, got ${text}`);
  }
  return parts.length === 1 ? given(low) : [given(low), given(high)];
}

/** Milliseconds since 1970 of a date or moment, a time of day in its unit; NaN for what is none. */
function timeOf(text: string, field: Field): number {
  const { type } = field;
  const isTimeOfDay = DataType.isTime(type);
  const layout = dateLayoutOf(field) ?? (isTimeOfDay ? dateLayout('HH:mm:ss') : undefined);
  const seconds = layout?.parse(text);
  if (isTimeOfDay) return seconds === undefined ? Number.NaN : Number(secondsInType(type)?.valueOf(seconds));
  return seconds === undefined
    ? isoTime(text, DataType.isTimestamp(type) ? (type.timezone ?? '') : '')
    : seconds * 1000;
}

/** Milliseconds since 1970 of a year, a month, a day or a moment in ISO 8601, wherever the machine is; NaN for what is none. */
function isoTime(text: string, zone: string): number {
  const parsed = parseTimestamp(text);
  const days = parseDate(/^\d{4}(-\d\d)?$/.test(text) ? `${text}-01-01`.slice(0, 10) : text);
  const seconds = parsed?.seconds ?? (days === undefined ? Number.NaN : days * 86_400);
  const hasZone = parsed !== undefined && /(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(parsed.layout);
  return (seconds - (hasZone ? 0 : offsetOf(zone))) * 1000 + (parsed?.nanoseconds ?? 0) / 1e6;
}

/** What values of a column look like, for messages. */
function layoutText(field: Field): string {
  const { type, metadata } = field;
  const iso = DataType.isTime(type) ? 'HH:mm:ss' : DataType.isDate(type) ? 'YYYY-MM-DD' : 'YYYY-MM-DDTHH:mm:ss';
  const layout = metadata.get('rx-augment:datetime') ?? iso;
  return dateLayoutOf(field) === undefined || DataType.isTime(type) ? layout : `${layout} or in ISO 8601`;
}
