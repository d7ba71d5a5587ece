import { requireOptions } from '../require-options.js';
import type { Report } from './report-content.js';
import type { ReportOptions } from './report-options.js';

/**
 * Compares synthetic with real records, reading each table once in bounded memory: shapes come from all rows (exact up to
 * 100,000 numbers a column, then within 0.01 % of ranks), pairs, relations, classifiers and distances from up to `maxRows`
 * sampled rows. The same input and seed give the same report. Cost on Adult with a holdout: about 5 seconds, in two
 * threads, so that the caller's event loop stays free. Rejects with the reason of `signal` where it aborts.
 * Rejects with SchemaMismatchError where tables do not have the real one's columns, RangeError where one is empty.
 */
export async function report(options: ReportOptions): Promise<Report> {
  requireOptions('report()', options, {
    real: true,
    synthetic: true,
    holdout: true,
    model: true,
    target: 'string',
    seed: 'number',
    maxRows: 'number',
    signal: 'signal',
  });
  // Only programs that report load what it takes.
  const { compareTables } = await import('./compare-tables.js');
  return compareTables(options);
}
