import { requireOptions } from '../require-options.js';
import type { Report } from './report-content.js';
import { requireReport } from './require-report.js';

/** Options of `renderReport`. */
export interface RenderReportOptions {
  /** How long the comparison took, for the page to say, in milliseconds; not part of a report, which is the same every time. */
  readonly ms?: number;
}

/**
 * A report as one HTML page that needs nothing else: no script, no font, no request. It holds aggregates alone; names and levels
 * are escaped. The chart library is loaded by the first call.
 */
export async function renderReport(report: Report, options: RenderReportOptions = {}): Promise<string> {
  requireOptions('renderReport()', options, { ms: 'number' });
  requireReport(report);
  // Only programs that make a page load what it takes.
  const { reportPage } = await import('./page/report-page.js');
  return reportPage(report, options.ms);
}
