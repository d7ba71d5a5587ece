/** What an options object may hold: each of its names, so that the compiler tells of one that is missing here and of one too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * A TypeError for options with a name that there is not, which programs without types would never hear of, and for what is no object
 * of options at all. `of` says whose they are: `augment()`, or ``` `gate` of sample()```.
 */
export function requireOptions<Options extends object>(
  of: string,
  options: Options,
  names: NoInfer<OptionNames<Options>>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || 'then' in options)
    throw new TypeError(`Expected the options of ${of} as an object, got ${kindOf(options)}`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const known = Object.keys(names);
  const near = nearest(unknown, known);
  throw new TypeError(
    near === undefined
      ? `Expected options of ${of} (${known.join(', ')}), got \`${unknown}\``
      : `Expected an option of ${of}, got \`${unknown}\`: did you mean \`${near}\`?`,
  );
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : 'a promise: await it';
}

/** The name that is written most alike, upper or lower case and underscores aside; undefined where all differ in more than a third. */
function nearest(unknown: string, known: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');
  const distances = known.map((name) => editDistance(plain(unknown), plain(name)));
  const least = Math.min(...distances);
  const near = known[distances.indexOf(least)];
  return near !== undefined && least <= Math.max(unknown.length, near.length) / 3 ? near : undefined;
}

/** Letters to put in, leave out, replace or swap with their neighbour to make one text of the other (Damerau 1964, Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (above[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, swapped, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    [before, above] = [above, row];
  }
  return above[b.length] as number;
}
