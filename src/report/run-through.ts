/** What work in parts gives, done without a pause. */
export function runThrough<T>(parts: Generator<undefined, T, undefined>): T {
  let part = parts.next();
  while (!part.done) part = parts.next();
  return part.value;
}
