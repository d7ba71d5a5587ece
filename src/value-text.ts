/** Letters of a text that are shown at most. */
const MOST = 60;

/** A value that is not what was expected, in an error: texts in quotes, numbers as they are, of objects what they are. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > MOST ? `${value.slice(0, MOST)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if ('then' in value) return 'a promise: await it';
  if (Array.isArray(value)) return 'an array';
  if ('subscribe' in value) return 'an Observable';
  const name = value.constructor?.name ?? 'Object';
  return name === 'Object' ? 'an object' : `an object of ${name}`;
}
