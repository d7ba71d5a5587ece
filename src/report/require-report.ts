import { valueText } from '../value-text.js';

/** A TypeError for what is no report, such as the promise of one. */
export function requireReport(report: unknown): void {
  if (typeof report === 'object' && report !== null && 'verdict' in report) return;
  throw new TypeError(`Expected a report, as \`await report(...)\` gives it, got ${valueText(report)}`);
}
