/** A column whose values determine those of others, as a shop's number does its city and region. */
export interface Dependency {
  /** The column that determines. */
  readonly key: string;
  /** The columns that it determines; at least one. */
  readonly columns: readonly string[];
  /** For each known value of the key, by number (see `ExactValues`): it, and those of `columns` that go with it. */
  readonly records: readonly (readonly number[])[];
}
