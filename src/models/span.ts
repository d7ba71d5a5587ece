/**
 * What a model sees of one column: the hinge between columns and models. Columns produce spans, models consume them, and
 * neither asks which kind the other is.
 */
export interface Span {
  /** The column's name, for messages and metrics. */
  readonly name: string;
  /**
   * How the column's values are distributed given the latent: `categorical` means codes 0 ... width - 1, `bernoulli` numbers
   * in [0, 1], `gaussian` real numbers, standardised.
   */
  readonly likelihood: 'categorical' | 'bernoulli' | 'gaussian';
  /** Number of codes, 2 or more, or of numbers, 1 or more. */
  readonly width: number;
  /**
   * For codes with an order: the normal score of each code's middle rank (length `width`; about -2.5 to 2.5), 0 for codes
   * outside the order such as null. Absent for codes without an order.
   */
  readonly scores?: readonly number[];
  /** For codes of fitted columns: how many rows had each (length `width`); estimates for numbers of long tables. */
  readonly rows?: readonly number[];
  /** For `gaussian`: there are nulls, and a presence (1 or 0) stands before the numbers, which are 0 where it is 0. */
  readonly nullable?: true;
  /** For images: [height, width, channels], of `width` numbers in all. */
  readonly shape?: readonly number[];
  /** For numbers that are bytes divided by 255, as those of most images: a byte is enough to keep one. */
  readonly bytes?: true;
}

/** How many numbers a record has of a span: its code, or its numbers with their presence. */
export function valuesOf({ likelihood, width, nullable }: Pick<Span, 'likelihood' | 'width' | 'nullable'>): number {
  return likelihood === 'categorical' ? 1 : width + (nullable === true ? 1 : 0);
}

/** How many numbers of a span enter a network: a code as one-hot vector, all else as it is. */
export function inputsOf(span: Span): number {
  return span.likelihood === 'categorical' ? span.width : valuesOf(span);
}

/** How many codes, or numbers, spans have together: where the next one begins. */
export function totalWidth(spans: readonly Pick<Span, 'width'>[]): number {
  return spans.reduce((sum, { width }) => sum + width, 0);
}
