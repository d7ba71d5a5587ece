/** Records of a holdout that repeat training records. */
export interface RepeatedRecords {
  /** Those that equal a record which occurs once in training. */
  readonly copies: number;
  /** Rows of the holdout. */
  readonly rows: number;
  /** As many as would among fresh records. */
  readonly expected: number;
}

/** What is known of both tables. */
export interface RepeatedRecordsInput extends Omit<RepeatedRecords, 'expected'> {
  /** Rows of training, and how many different records it holds exactly twice. */
  readonly training: { readonly rows: number; readonly twice: number };
}

/** Copies that are passed over: as a share of the holdout, and in a small one. */
const FEW_SHARE = 0.01;
const FEW = 5;

/**
 * What a holdout repeats of training, where that is more than fresh records would by chance; else undefined. By Good and Turing
 * (Good 1953) a fresh record equals one of those seen once with probability 2 n2 / n, of n records seen, n2 of them
 * twice. Beyond chance is five standard errors, and more than 1 % of the holdout and 5 records.
 */
export function repeatedRecords({ copies, rows, training }: RepeatedRecordsInput): RepeatedRecords | undefined {
  const factor = (2 * rows) / Math.max(1, training.rows);
  const expected = factor * training.twice;
  const error = Math.sqrt(expected + factor ** 2 * training.twice);
  const beyond = copies - expected > 5 * error + Math.max(FEW, FEW_SHARE * rows);
  return beyond ? { copies, rows, expected } : undefined;
}
