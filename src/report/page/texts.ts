/** A share as per cent, on one line: `0.41 %`. */
export function percent(share: number | null | undefined, digits = 2): string {
  return share === null || share === undefined || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(digits)}\u00a0%`;
}

/** A whole number with its thousands apart: `32,561`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A value of a column: a number in six digits, or a day where it is a date. */
export function valueText(value: number, date: boolean): string {
  if (!date)
    return Number(value.toPrecision(6)).toLocaleString('en-US', {
      maximumFractionDigits: 6,
      useGrouping: Math.abs(value) >= 1e4,
    });
  const text = new Date(value).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

/** A text in so many characters at most, on one line. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' '));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}
