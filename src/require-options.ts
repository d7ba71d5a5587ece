import { valueText } from './value-text.js';

/** What `typeof` is to say of an option, or that it is a signal; true where whoever has the option looks itself. */
type KindOf<Value> = [Value] extends [boolean]
  ? 'boolean'
  : [Value] extends [number]
    ? 'number'
    : [Value] extends [AbortSignal]
      ? 'signal'
      : [Value] extends [(...given: never) => unknown]
        ? 'function'
        : [Value, string] extends [string, Value]
          ? 'string'
          : true;

/** The names that an options object may have and what they are: the compiler tells of one that is missing, too many or something else. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: KindOf<NonNullable<Options[Name]>> };

/**
 * A TypeError for options with a name that there is not, which programs without types would never hear of, for values of
 * another kind, such as `'3'` or null for a number, and for what is no object of options at all. `of` says whose they are: `augment()`.
 */
export function requireOptions<Options extends object>(
  of: string,
  options: Options,
  names: NoInfer<OptionNames<Options>>,
): void {
  requireObject(of, options);
  if ('codec' in options && 'model' in names)
    throw new TypeError(`Expected the options of ${of} as an object, got a fitted model: give it as { model }`);
  const kinds: Readonly<Record<string, keyof typeof NOUNS | true>> = names;
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw unknownName(of, name, Object.keys(kinds));
    if (kind === true || value === undefined || isOfKind(kind, value)) continue;
    const hint = value instanceof AbortController ? ': give its `signal`' : '';
    throw new TypeError(`Expected \`${name}\` of ${of} to be ${NOUNS[kind]}, got ${valueText(value)}${hint}`);
  }
}

const NOUNS = {
  boolean: 'true or false',
  number: 'a number',
  string: 'a text',
  function: 'a function',
  signal: 'an AbortSignal',
};

function isOfKind(kind: keyof typeof NOUNS, value: unknown): boolean {
  if (kind !== 'signal') return typeof value === kind;
  return typeof value === 'object' && value !== null && 'aborted' in value;
}

function requireObject(of: string, options: object): void {
  const isObject = typeof options === 'object' && options !== null;
  if (isObject && !Array.isArray(options) && !('then' in options) && !('subscribe' in options)) return;
  throw new TypeError(`Expected the options of ${of} as an object, got ${valueText(options)}`);
}

function unknownName(of: string, name: string, known: readonly string[]): TypeError {
  const near = nearest(name, known);
  return new TypeError(
    near === undefined
      ? `Expected options of ${of} (${known.join(', ')}), got \`${name}\``
      : `Expected an option of ${of}, got \`${name}\`: did you mean \`${near}\`?`,
  );
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
