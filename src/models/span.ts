/**
 * What a model sees of one column: the hinge between columns and models. Columns produce spans, models consume them, and
 * neither asks which kind the other is.
 */
export interface Span {
  /** The column's name, for messages and metrics. */
  readonly name: string;
  /** How the column's values are distributed given the latent: `categorical` means codes 0 ... width - 1. */
  readonly likelihood: 'categorical';
  /** Number of codes, 2 or more. */
  readonly width: number;
  /**
   * For codes with an order: the normal score of each code's middle rank (length `width`; about -2.5 to 2.5), 0 for codes
   * outside the order such as null. Absent for codes without an order.
   */
  readonly scores?: readonly number[];
}
