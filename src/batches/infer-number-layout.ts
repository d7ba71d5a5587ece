import { isQuantity } from './number-affixes.js';
import { GROUP_MARKS, numberLayout } from './number-layout.js';

/**
 * The layouts (see `numberLayout`) in which all of some texts are numbers that come back as they are written: none, one, or the two in which a mark is
 * either that of decimals or that of thousands, where no text tells, as in `1,234` and `56,789`.
 *
 * Texts are amounts with a currency before or behind them, shares, quantities with a unit (see `isQuantity`), or bare numbers with marks between thousands or a comma
 * before decimals; negative ones have a minus or parentheses. Names are not: numbers that begin with a zero, and bare ones that have as many groups
 * each, as phone numbers or addresses do. Plain numbers, `1234.5`, have no layout.
 */
export function inferNumberLayout(texts: readonly string[]): readonly string[] {
  const shapes = new Set<string>();
  const marks = new Set<string>();
  const numbers: string[] = [];
  for (const text of texts) {
    const [, before = '', number = '', after = ''] = text.length > LONGEST ? [] : (PARTS.exec(text) ?? []);
    shapes.add(`${before}0${after}`);
    for (const mark of number.replace(/\d/g, '')) marks.add(mark);
    if (number === '' || shapes.size > 3 || marks.size > 2) return [];
    numbers.push(number);
  }
  const sections = sectionsOf([...shapes]);
  if (sections === undefined) return [];
  const [one = '', other = ''] = marks;
  const readings =
    marks.size < 2
      ? [
          { group: one, mark: '' },
          { group: '', mark: one },
        ]
      : [
          { group: one, mark: other },
          { group: other, mark: one },
        ];
  return readings.slice(0, marks.size === 0 ? 1 : 2).flatMap((reading) => {
    if (!GROUP_MARKS.includes(reading.group) || !',.'.includes(reading.mark)) return [];
    if (isPlain(sections, reading) || (sections.isTrailing && reading.mark === '')) return [];
    if (sections.isBare && reading.mark === '' && areNames(numbers, reading.group)) return [];
    const found = layoutsOf(sections.shapes, numbers, reading).find((layout) => {
      const parse = numberLayout(layout)?.parse;
      return parse !== undefined && texts.every((text) => parse(text) !== undefined);
    });
    return found === undefined ? [] : [found];
  });
}

/** Characters of the longest text there can be. */
const LONGEST = 48;
const PARTS = /^(\D*)(\d(?:.*\d)?)(\D*)$/su;

interface Reading {
  /** What stands between thousands, and before decimals; empty for nothing. */
  readonly group: string;
  readonly mark: string;
}

/** Texts with a 0 for their numbers: of positive ones, then, where they need telling, of negative ones and of zero. */
interface Sections {
  readonly shapes: readonly string[];
  /** Whether nothing but signs stands around numbers. */
  readonly isBare: boolean;
  /** Whether the minus is behind the number. */
  readonly isTrailing: boolean;
}

/** The sections of the shapes that some texts have; undefined where these are not of one layout. */
function sectionsOf(shapes: readonly string[]): Sections | undefined {
  const signed = shapes.map((shape) => ({ shape, ...signOf(shape) }));
  const only = (...signs: readonly string[]) => signed.filter(({ sign }) => signs.includes(sign));
  const [plain, minus, plus] = [only(''), only('-', '()', '0-'), only('+')];
  if ([plain, minus, plus].some(({ length }) => length > 1)) return undefined;
  const [none, below, above] = [plain[0], minus[0], plus[0]];
  const bare = (none ?? above ?? below)?.bare ?? '';
  const [prefix = '', suffix = ''] = bare.split('0');
  if (!isQuantity(prefix, suffix) || signed.some((shape) => shape.bare.trim() !== bare.trim())) return undefined;
  const isTrailing = below?.sign === '0-';
  const isBare = bare === '0';
  // A plus alone is that of a phone number, and parentheses alone may be those of a note.
  if (above !== undefined)
    return below?.sign === '-'
      ? { shapes: [above.shape, below.shape, ...(none === undefined ? [] : [none.shape])], isBare, isTrailing }
      : undefined;
  if (below?.sign === '()' && none === undefined) return undefined;
  const isTold = below !== undefined && below.shape !== `-${bare}`;
  return { shapes: isTold ? [bare, below.shape] : [bare], isBare, isTrailing };
}

const SIGNED = [
  { sign: '-', pattern: /^([^-\u2212+()]*)[-\u2212]([^-\u2212+()]*0[^-\u2212+()]*)()$/u },
  { sign: '+', pattern: /^([^-\u2212+()]*)\+([^-\u2212+()]*0[^-\u2212+()]*)()$/u },
  { sign: '()', pattern: /^([^-\u2212+()]*)\(([^-\u2212+()]*0[^-\u2212+()]*)\)([^-\u2212+()]*)$/u },
  { sign: '0-', pattern: /^([^-\u2212+()]*0[^-\u2212+()]*)[-\u2212]()()$/u },
] as const;

/** The sign of a shape, and what is left without it. */
function signOf(shape: string): { readonly sign: string; readonly bare: string } {
  for (const { sign, pattern } of SIGNED) {
    const match = pattern.exec(shape);
    if (match !== null) return { sign, bare: match.slice(1).join('') };
  }
  return { sign: '', bare: shape };
}

/** Whether numbers are plain ones in this reading: what these are is not a matter of layout. */
function isPlain({ shapes, isBare }: Sections, { group, mark }: Reading): boolean {
  return isBare && shapes.length === 1 && group === '' && mark !== ',';
}

/** Whether bare numbers may be names: phone numbers, addresses of machines and the like have as many groups or digits each. */
function areNames(numbers: readonly string[], group: string): boolean {
  if (group === ',' || group === "'" || group === '\u2019' || group === '') return false;
  const same = (count: (number: string) => number) => new Set(numbers.map(count)).size === 1;
  const groups = (number: string) => number.split(group).length;
  return (
    (same(groups) && groups(numbers[0] ?? '') > 2) ||
    (group !== '.' && same((number) => number.replace(/\D/gu, '').length))
  );
}

/** The layouts that numbers may have in a reading, the strictest first. */
function layoutsOf(shapes: readonly string[], numbers: readonly string[], { group, mark }: Reading): string[] {
  const whole = group === '' ? '0' : `#${group}##0`;
  const decimals = mark === '' ? 0 : (numbers.find((number) => number.includes(mark))?.split(mark)[1]?.length ?? 0);
  const endings = mark === '' ? [''] : [mark + '0'.repeat(decimals), `${mark}#`, `${mark}0#`];
  return endings.map((ending) => shapes.map((shape) => shape.replace('0', whole + ending)).join(';'));
}
