import { valueText } from '../value-text.js';

/** A TypeError for what is no fitted model, such as the promise of one or the path of its folder. */
export function requireModel(model: unknown): void {
  if (typeof model === 'object' && model !== null && 'codec' in model) return;
  throw new TypeError(`Expected a fitted model, got ${nameOf(model)}`);
}

function nameOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise of one: await it';
  if (typeof value === 'string' || value instanceof URL) return 'a path: `await loadModel(path)` gives its model';
  if (typeof value === 'object' && value !== null && 'model' in value) return 'what has one: give its `model`';
  return valueText(value);
}
