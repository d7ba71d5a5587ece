import { randomKey } from '../random.js';
import { requireWhole } from '../training/fit-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { requireModel } from '../training/require-model.js';
import { version } from '../version.js';
import type { ColumnValues } from './column-values.js';
import { cyclesOf } from './cycles.js';
import { distributionOf } from './distribution.js';
import { isIdentifier } from './is-identifier.js';
import { ksComplement } from './ks-complement.js';
import { collectLatents } from './latent-map.js';
import { measureInThreads } from './measures-thread.js';
import { checksumOf, modelReport } from './model-report.js';
import { type ReadColumn, type ReadTable, readTable } from './read-table.js';
import type { ColumnReport, Report } from './report-content.js';
import { type ReportInput, requireInput } from './report-input.js';
import type { ReportOptions } from './report-options.js';
import { tvComplement } from './tv-complement.js';
import { targetOf } from './utility-report.js';
import { validity } from './validity.js';
import { verdictOf } from './verdict.js';

/** What `report` does. */
export async function compareTables(options: ReportOptions): Promise<Report> {
  const { model, seed = 0, maxRows = 100_000 } = options;
  if (model !== undefined) requireModel(model);
  requireWhole('maxRows', maxRows, 1);
  requireInput('the real', options.real);
  requireInput('the synthetic', options.synthetic);
  if (options.holdout !== undefined) requireInput('the holdout', options.holdout);
  const key = randomKey(seed);
  const latents = model && collectLatents(model, key);
  const read = (input: ReportInput, role: 'real' | 'synthetic' | 'holdout', like?: ReadTable) =>
    readTable(input, {
      maxRows,
      key,
      role,
      ...(like && { like }),
      ...(latents && { onBatch: (batch) => latents.add(role, batch) }),
    });
  const real = await read(options.real, 'real');
  const synthetic = await read(options.synthetic, 'synthetic', real);
  const holdout = options.holdout && (await read(options.holdout, 'holdout', real));
  const { compared, leftOut } = choose(real, synthetic, model);
  const samples = (table: ReadTable) => compared.map((c) => table.columns[c]?.sample as ColumnValues);
  const [realRows, syntheticRows] = [samples(real), samples(synthetic)];
  const holdoutRows = holdout && samples(holdout);

  // Found here, so that a wrong one is known before anything is measured.
  targetOf(realRows, options.target);
  const columns = compared
    .map((c) => columnReport(real.columns[c] as ReadColumn, synthetic.columns[c] as ReadColumn))
    .sort((a, b) => b.error - a.error);
  const input = {
    real: realRows,
    synthetic: syntheticRows,
    holdout: holdoutRows,
    dates: new Set(columns.flatMap(({ name, type }) => (type === 'date' ? [name] : []))),
    key,
    target: options.target,
  };
  const { pairs, relations, detection, utility, privacy } = await measureInThreads(input, options.signal);
  const known = pairs.filter(({ error }) => !Number.isNaN(error));
  const shapeError = mean(columns.map(({ error }) => error));
  const trendError = mean(known.map(({ error }) => error));

  const measured = {
    shapeError,
    trendError,
    columns,
    pairs: [...known.sort((a, b) => b.error - a.error), ...pairs.filter(({ error }) => Number.isNaN(error))].map(
      ({ columns, error }) => ({ columns, error: Number.isNaN(error) ? null : error }),
    ),
    leftOut,
    relations,
    detection,
    ...(utility && { utility }),
    privacy,
  };
  const release = model?.retain();
  try {
    const map = latents && (await latents.finish());
    const count = (of: 'rows' | 'kept') => ({
      real: real[of],
      synthetic: synthetic[of],
      ...(holdout && { holdout: holdout[of] }),
    });
    return {
      verdict: verdictOf(measured),
      ...measured,
      ...(model && { model: modelReport(model, map?.likelihood) }),
      ...(map?.map && { latents: map.map }),
      provenance: {
        version,
        node: process.versions.node,
        seed,
        rows: count('rows'),
        kept: count('kept'),
        ...(model && { modelChecksum: checksumOf(model) }),
      },
    };
  } finally {
    release?.();
  }
}

function columnReport(real: ReadColumn, synthetic: ReadColumn): ColumnReport {
  const [a, b] = [real.summary, synthetic.summary];
  const { name, type } = real;
  const similarity =
    type === 'category' ? tvComplement(a.counts, b.counts) : ksComplement(a.distribution, b.distribution);
  return {
    name,
    type,
    error: 1 - similarity,
    nulls: { real: a.nulls / a.rows, synthetic: b.nulls / b.rows },
    validity: validity(a, b),
    distribution: distributionOf(real, synthetic),
    ...(type === 'date' && { cycles: cyclesOf(real.sample, synthetic.sample) }),
  };
}

/** Positions of the columns that can be compared: not those the model passes over, nor identifiers and free text. */
function choose(real: ReadTable, synthetic: ReadTable, model: FittedModel | undefined) {
  const leftOut: { column: string; reason: string }[] = [];
  const modelled = model && new Set(model.codec.spans.map(({ name }) => name));
  const unmodelled = new Map(model?.codec.columns.map(({ name, span, reason }) => [name, span ? undefined : reason]));
  const compared = real.columns.flatMap(({ name, summary }, c) => {
    const other = synthetic.columns[c]?.summary;
    const reason =
      modelled && !modelled.has(name) && unmodelled.get(name) !== undefined
        ? `not modelled: ${unmodelled.get(name)}`
        : other?.nulls === other?.rows && summary.nulls < summary.rows
          ? 'null in every synthetic record'
          : isIdentifier(summary, summary.rows)
            ? 'mostly distinct: an identifier or free text'
            : undefined;
    if (reason !== undefined) leftOut.push({ column: name, reason });
    return reason === undefined ? [c] : [];
  });
  if (compared.length === 0) throw new RangeError('Expected a column that can be compared, got none');
  return { compared, leftOut };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
