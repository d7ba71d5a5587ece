import { DataType, type Field, type RecordBatch, type Schema } from 'apache-arrow';
import { defer, mergeAll, tap } from 'rxjs';
import { dateLayoutOf } from '../batches/date-layout.js';
import { numberLayoutOf } from '../batches/number-layout.js';
import { report as compare, loadModel, type Report, saveReport, toAsyncIterable } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { named } from './named.js';
import { countedText, durationText } from './number-text.js';
import { type ExpectedColumns, type InputFlags, openInput } from './open-input.js';
import { createReporter } from './reporter.js';
import { requireApart } from './require-apart.js';
import { requireOneStandardInput } from './require-one-standard-input.js';
import { tableFormatOf } from './table-format.js';
import { UsageError } from './usage-error.js';

/** `rx-augment report`: what its command line says. */
export interface ReportRequest
  extends Pick<InputFlags, 'inferRows' | 'dateOrder' | 'decimalMark' | 'null' | 'text' | 'encoding' | 'delimiter'> {
  readonly real: string;
  readonly synthetic: string;
  readonly holdout?: string;
  /** The folder of a saved model. */
  readonly model?: string;
  readonly target?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly seed?: number;
  readonly workers?: number;
  readonly quiet?: boolean;
}

/** Compares synthetic with real records; writes a page or JSON, or else says the verdict on standard output. */
export async function report(request: ReportRequest, io: Io): Promise<void> {
  const { output, json = false, target, seed, workers } = request;
  const tables = { REAL: request.real, SYNTHETIC: request.synthetic, '--holdout': request.holdout };
  requireOneStandardInput(tables);
  requireApart({ '-o': output }, tables);
  const isPage = output !== undefined && !json && !output.toLowerCase().endsWith('.json');
  if (isPage && tableFormatOf(output) !== undefined)
    throw new UsageError(`Expected a page such as report.html behind -o, got ${output}`);
  const reporter = createReporter({ quiet: request.quiet ?? false }, io);
  const start = performance.now();
  const model = request.model === undefined ? undefined : await loadModel(request.model, defined({ workers }));
  let columns: ExpectedColumns | undefined = model && {
    schema: model.codec.schema,
    origin: `the model ${request.model}`,
  };
  let rows = 0;
  const read = (file: string, role: string): AsyncIterable<RecordBatch> => {
    const batches = defer(async () => {
      const { batches, name } = await openInput({ ...request, file }, io, columns);
      return batches.pipe(located(name));
    }).pipe(
      mergeAll(),
      tap((batch) => {
        columns ??= textColumns(batch.schema, request.real);
        rows += batch.numRows;
        const text = () => `reading the ${role} table: ${countedText(rows, 'row')} so far`;
        reporter.status(text, () => ({ event: 'reading', role, rows }));
      }),
    );
    return toAsyncIterable(batches, io.signal);
  };
  try {
    const found = await compare({
      real: read(request.real, 'real'),
      synthetic: read(request.synthetic, 'synthetic'),
      ...(request.holdout !== undefined && { holdout: read(request.holdout, 'holdout') }),
      ...defined({ model, target, seed }),
      signal: io.signal,
    });
    reporter.end();
    if (output !== undefined || json) {
      await saveReport(
        found,
        output === undefined || output === '-' ? io.stdout : output,
        json ? { format: 'json' } : { ms: performance.now() - start },
      );
    }
    if (output === undefined && !json) await write(io, verdictText(found));
    const place = output === undefined ? '' : `, report in ${output}`;
    reporter.note(`${countedText(rows, 'row')} compared in ${durationText(performance.now() - start)}${place}`, {});
  } catch (error) {
    throw named(error, { real: request.real, synthetic: request.synthetic, holdout: request.holdout });
  } finally {
    reporter.end();
    await model?.close();
  }
}

/** Text columns are text in the other tables too, though they may look like numbers there, and dates and numbers have one layout; the rest is seen from the data. */
function textColumns(schema: Schema, origin: string): ExpectedColumns {
  const isSpelled = (field: Field) =>
    DataType.isUtf8(field.type) || dateLayoutOf(field) !== undefined || numberLayoutOf(field) !== undefined;
  const texts = schema.fields.filter(isSpelled);
  return { schema: Object.fromEntries(texts.map((field) => [field.name, field])), origin };
}

function verdictText({ verdict }: Report): string {
  const marks = { good: 'good', fair: 'fair', poor: 'POOR' } as const;
  const findings = verdict.findings.map(({ level, text }) => `  ${marks[level]}  ${text}`);
  return `${marks[verdict.level]}: ${verdict.text}\n${findings.join('\n')}\n`;
}

function write(io: Io, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    io.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
