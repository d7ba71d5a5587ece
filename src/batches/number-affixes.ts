const BLANK = '[ \\u00a0\\u202f\\u2009]';
/** A sign of a currency, as `€` or `US$`, or what stands for one. */
const SIGN = '(?:\\p{Lu}{0,3}\\p{Sc}|[Kk]r\\.?|S?Fr\\.|Rs\\.?)';
const PREFIX = new RegExp(`^ *(?:${SIGN}${BLANK}?|([A-Z]{3})${BLANK})$`, 'u');
const SUFFIX = new RegExp(`^${BLANK}?(?:[%‰]|°[CFK]?|${SIGN}(?:/\\p{L}{1,5}[²³]?)?|([A-Z]{3})) *$`, 'u');
const WORD = new RegExp(`^${BLANK}(\\p{L}[\\p{L}/²³]{0,11}\\.?)$`, 'u');
/** Units that stand at the number itself, where other letters make a name of it, as `12a`. */
const UNIT =
  /^(?:[kcmµμn]?(?:m[²³]?|g)|[mµμn]?s|[mcd]?[lL]|[kMG]?(?:W|Wh)|[kMGT]i?B|[mk]V|mA|mAh|[kMG]?Hz|[kMh]?Pa|kJ|kcal|min|h|px|pt|em|in|ft|mi|lbs?|oz|mph|km\/h|m\/s|[kKM]|bn)$/;
/** Words that make a date, a time or a place in an order of a number. */
const OTHER =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|[ap]\.?m|st|nd|rd|th)\.?$/i;

/**
 * Whether numbers with this before and after them are quantities: an amount of money or a share, with a unit or with nothing. What else may stand there
 * makes names of them, as `A12` or `12 May`.
 */
export function isQuantity(prefix: string, suffix: string): boolean {
  const [isPrefix, before] = matchOf(PREFIX, prefix);
  if (prefix !== '' && !isPrefix) return false;
  if (before !== undefined && !isCurrency(before)) return false;
  if (suffix === '' || (prefix !== '' && suffix.trim() === '')) return true;
  const [isSuffix, code] = matchOf(SUFFIX, suffix);
  if (isSuffix && (code === undefined || isCurrency(code))) return true;
  if (UNIT.test(suffix)) return true;
  const [isWord, word = ''] = matchOf(WORD, suffix);
  return isWord && !OTHER.test(word);
}

function matchOf(pattern: RegExp, text: string): readonly [found: boolean, part: string | undefined] {
  const match = pattern.exec(text);
  return [match !== null, match?.[1]];
}

function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}
