import { DataType, type Schema } from 'apache-arrow';
import type { Condition, Where } from '../index.js';
import { UsageError } from './usage-error.js';

/**
 * The conditions that `--where column=value` stand for, by the columns' types: `age=30..40` is a range of numbers or dates (`age=30..` and
 * `age=..40` are open at an end), `age=30` one value, `job=cook` a text, and `job=cook|clerk` one of several. A UsageError for what is none.
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
    return [field.name, conditionOf(value, field.type, text)];
  });
  return Object.fromEntries(conditions);
}

function conditionOf(value: string, type: DataType, text: string): Condition {
  if (DataType.isUtf8(type) || DataType.isDictionary(type) || DataType.isLargeUtf8(type)) {
    return value.includes('|') ? { in: value.split('|') } : value;
  }
  if (DataType.isBool(type) && (value === 'true' || value === 'false')) return value === 'true';
  const isTime = DataType.isDate(type) || DataType.isTimestamp(type);
  const numberOf = (part: string) => (isTime ? Date.parse(part) : part.trim() === '' ? Number.NaN : Number(part));
  const parts = value.split('..');
  const [from = '', to = ''] = parts;
  const low = parts.length === 2 && from === '' && to !== '' ? Number.NEGATIVE_INFINITY : numberOf(from);
  const high = parts.length === 2 && to === '' && from !== '' ? Number.POSITIVE_INFINITY : numberOf(to);
  if (parts.length > 2 || Number.isNaN(low) || (parts.length === 2 && Number.isNaN(high))) {
    throw new UsageError(`Expected a value of the column's type (${type}) or a range LOW..HIGH, got ${text}`);
  }
  return parts.length === 1 ? low : [low, high];
}
