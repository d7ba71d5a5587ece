import type { Cycle } from './cycles.js';
import type { Detection } from './detection.js';
import type { Distribution } from './distribution.js';
import type { LatentMap } from './latent-map.js';
import type { ModelReport } from './model-report.js';
import type { PrivacyReport } from './privacy-report.js';
import type { ReadColumn } from './read-table.js';
import type { RelationReport } from './relation-reports.js';
import type { UtilityReport } from './utility-report.js';
import type { Validity } from './validity.js';

/** A judgement, and what it is of. */
export interface Finding {
  readonly level: 'good' | 'fair' | 'poor';
  readonly about: 'fidelity' | 'detection' | 'utility' | 'privacy' | 'validity' | 'relations';
  readonly text: string;
}

/** The judgement as a whole: the worst of its findings. */
export interface Verdict {
  readonly level: Finding['level'];
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** How a column compares; shares and errors in [0, 1]. */
export interface ColumnReport {
  readonly name: string;
  readonly type: ReadColumn['type'];
  /** 1 - KSComplement of numbers and dates, 1 - TVComplement of categories. */
  readonly error: number;
  /** Share of nulls. */
  readonly nulls: { readonly real: number; readonly synthetic: number };
  readonly validity: Validity;
  /** What is drawn: bins, or levels held by five real rows or more. */
  readonly distribution: Distribution;
  /** Of dates: by month, weekday and hour. */
  readonly cycles?: readonly Cycle[];
}

/** How synthetic records compare with real ones: aggregates alone, no record. Plain JSON. */
export interface Report {
  readonly verdict: Verdict;
  /** Errors as in `fidelity`: means over columns and pairs. */
  readonly shapeError: number;
  readonly trendError: number;
  /** Worst first. */
  readonly columns: readonly ColumnReport[];
  /** Worst first; `null` where a correlation is undefined. */
  readonly pairs: readonly { readonly columns: readonly [string, string]; readonly error: number | null }[];
  /** Columns of the real table that are not compared, and why. */
  readonly leftOut: readonly { readonly column: string; readonly reason: string }[];
  /** Those first that lose most, of sampled rows; empty where none was found. */
  readonly relations: readonly RelationReport[];
  readonly detection: { readonly rows: number; readonly logistic: Detection; readonly boosting: Detection };
  readonly utility?: UtilityReport;
  readonly privacy: PrivacyReport;
  readonly model?: ModelReport;
  readonly latents?: LatentMap;
  readonly provenance: {
    readonly version: string;
    /** Version of Node.js. */
    readonly node: string;
    readonly seed: number;
    readonly rows: { readonly real: number; readonly synthetic: number; readonly holdout?: number };
    /** Rows kept of each; all where the numbers agree. */
    readonly kept: { readonly real: number; readonly synthetic: number; readonly holdout?: number };
    /** SHA-256 over the model's graphs. */
    readonly modelChecksum?: string;
  };
}
