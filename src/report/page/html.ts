/** A piece of a page that may go in as it is. */
export interface Html {
  readonly html: string;
}

/** What `html` takes: texts and numbers are escaped, pieces and lists of pieces go in as they are, nothing gives nothing. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined;

/** A tag for template literals that escapes what is put in, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { html: parts.map((part, i) => (i === 0 ? part : textOf(values[i - 1]) + part)).join('') };
}

function textOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map(textOf).join('');
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
