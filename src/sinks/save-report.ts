import { type RenderReportOptions, renderReport } from '../report/render-report.js';
import type { Report } from '../report/report-content.js';
import { requireReport } from '../report/require-report.js';
import { requireOptions } from '../require-options.js';
import { valueText } from '../value-text.js';
import { openOutput } from './open-output.js';
import { requireTarget, type SinkTarget } from './output.js';

/** Options of `saveReport`. */
export interface SaveReportOptions extends RenderReportOptions {
  /** A page for people or JSON for programs; default `json` where the path ends in .json, else `html`. */
  readonly format?: 'html' | 'json';
}

/**
 * Writes a report to a path, `-` (standard output) or a Node stream. A path gets its file when it is complete; otherwise it
 * is left as it was. The page needs nothing else: no script, no font, no request. Rejects when the target cannot be written.
 */
export async function saveReport(report: Report, place: SinkTarget, options: SaveReportOptions = {}): Promise<void> {
  requireOptions('saveReport()', options, { ms: 'number', format: true });
  requireReport(report);
  const target = requireTarget(place);
  const isJson = typeof target === 'string' && target.toLowerCase().endsWith('.json');
  const { format = isJson ? 'json' : 'html', ...page } = options;
  if (format !== 'html' && format !== 'json')
    throw new RangeError(`Expected the format to be html or json, got ${valueText(format)}`);
  let failure: Error | undefined;
  const output = openOutput(target, (error) => {
    failure ??= error;
  });
  try {
    const text = format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : await renderReport(report, page);
    await output.write(Buffer.from(text));
    if (failure !== undefined) throw failure;
    await output.finish();
  } catch (error) {
    output.discard();
    throw error;
  }
}
