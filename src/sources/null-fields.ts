import { NULL_END, type TextFields } from './text-fields.js';

const QUOTE = 34;

/**
 * Makes nulls, in place, of the texts of a column that equal a mark. Texts behind a quote are left unless `quoted`.
 */
export function takeNulls(texts: TextFields, marks: readonly Uint8Array[], quoted: boolean): void {
  const { length, bytes, bounds, offset, stride } = texts;
  const longest = Math.max(...marks.map((mark) => mark.length));
  for (let row = 0, at = offset; row < length; row += 1, at += stride) {
    const start = bounds[at] as number;
    const end = bounds[at + 1] as number;
    if (end === NULL_END || end - start > longest || (!quoted && bytes[start - 1] === QUOTE)) continue;
    if (marks.some((mark) => mark.length === end - start && begins(bytes, start, mark))) bounds[at + 1] = NULL_END;
  }
}

/** Which of some marks the nulls of a column were read from, in the first `rows` of a sample: the most frequent first. */
export function marksOfNulls(sample: readonly TextFields[], rows: number, marks: readonly string[]): string[] {
  const encoded = marks.map((mark) => Buffer.from(mark));
  const order = marks.map((_, i) => i).sort((a, b) => (encoded[b]?.length ?? 0) - (encoded[a]?.length ?? 0));
  const counts = marks.map(() => 0);
  let left = rows;
  for (const { length, bytes, bounds, offset, stride } of sample) {
    for (let row = 0, at = offset; row < length && left > 0; row += 1, at += stride, left -= 1) {
      if (bounds[at + 1] !== NULL_END) continue;
      // Where a null ends is not kept, but it is no longer than the longest mark it begins with.
      const found = order.find((i) => begins(bytes, bounds[at] as number, encoded[i] as Buffer));
      if (found !== undefined) counts[found] = (counts[found] ?? 0) + 1;
    }
  }
  return marks
    .map((mark, i) => ({ mark, count: counts[i] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ mark }) => mark);
}

function begins(bytes: Uint8Array, start: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i += 1) if (bytes[start + i] !== mark[i]) return false;
  return true;
}
