import type { Field } from 'apache-arrow';

/** Why a column was left as text that is nearly of another type, and the option of the command line that says what it is. */
export interface TextReason {
  readonly kind: 'either-date' | 'either-number' | 'either-null';
  /** What its values are. */
  readonly text: string;
  /** The layouts it may have, or the texts that may be nulls. */
  readonly found: string;
  readonly hint: string;
}

/** The reason in the metadata that `inferSchema` leaves; undefined for other columns. */
export function textReason({ metadata }: Pick<Field, 'metadata'>): TextReason | undefined {
  const date = metadata.get('rx-augment:either-date');
  if (date !== undefined) {
    const text = `dates of which none tells day from month, ${date}`;
    return { kind: 'either-date', text, found: date, hint: '--date-order says which' };
  }
  const number = metadata.get('rx-augment:either-number');
  if (number !== undefined) {
    const text = `numbers of which none tells thousands from decimals, ${number}`;
    return { kind: 'either-number', text, found: number, hint: '--decimal-mark says which' };
  }
  const marks = metadata.get('rx-augment:either-null')?.split('\n');
  if (marks === undefined) return undefined;
  const found = marks.join(', ');
  const listed = marks.map((mark) => `\`${mark}\``).join(', ');
  const verb = marks.length > 1 ? 'them' : 'it';
  return {
    kind: 'either-null',
    text: `numbers, dates or flags but for ${listed}`,
    found,
    hint: `--null '${marks.join(',')}' reads ${verb} as null`,
  };
}
