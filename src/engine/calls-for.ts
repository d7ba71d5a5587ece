/** The calls that values need, directly or through others: `makerOf` tells which makes a value, if any, `inputsOf` what it takes. */
export function callsFor<Value, Call>(
  values: readonly Value[],
  makerOf: (value: Value) => Call | undefined,
  inputsOf: (call: Call) => readonly Value[],
): ReadonlySet<Call> {
  const calls = new Set<Call>();
  const waiting = [...values];
  while (waiting.length > 0) {
    const maker = makerOf(waiting.pop() as Value);
    if (maker === undefined || calls.has(maker)) continue;
    calls.add(maker);
    waiting.push(...inputsOf(maker));
  }
  return calls;
}
