import type { InputArrays } from './engine.js';

/** Arrays of rows, one after the other; a part without rows may lack the names. */
export function joinRows(parts: readonly InputArrays[]): Record<string, Float32Array | Int32Array> {
  const [first = {}, ...others] = parts.filter((part) => Object.keys(part).length > 0);
  if (others.length === 0) return { ...first };
  const entries = Object.keys(first).map((name) => {
    const ofParts = [first, ...others].map((part) => part[name] as Float32Array);
    const size = ofParts.reduce((sum, { length }) => sum + length, 0);
    const whole = ofParts[0] instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
    let at = 0;
    for (const part of ofParts) {
      whole.set(part, at);
      at += part.length;
    }
    return [name, whole] as const;
  });
  return Object.fromEntries(entries);
}
