/** A TypeError for what is no fitted model, such as the promise of one or the path of its folder. */
export function requireModel(model: unknown): void {
  if (typeof model === 'object' && model !== null && 'codec' in model) return;
  throw new TypeError(`Expected a fitted model, got ${nameOf(model)}`);
}

function nameOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise of one: await it';
  if (typeof value === 'string' || value instanceof URL) return 'a path: `await loadModel(path)` gives its model';
  return value === null ? 'null' : typeof value;
}
