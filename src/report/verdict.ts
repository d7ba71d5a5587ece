import { grouped } from './page/texts.js';
import type { Finding, Report, Verdict } from './report-content.js';

const texts = {
  good: 'These records can stand in for the real ones, as far as these measures see.',
  fair: 'These records are close to the real ones, with differences worth a look.',
  poor: 'These records differ from the real ones, or come too close to some of them: look before use.',
} as const;

/** Judges what was measured; the bounds are stated in each text. */
export function verdictOf(measured: Omit<Report, 'verdict' | 'provenance'>): Verdict {
  const findings = [
    fidelity(measured),
    detection(measured),
    ...utility(measured),
    ...privacy(measured),
    validity(measured),
    ...relations(measured),
  ];
  const level = (['poor', 'fair'] as const).find((bad) => findings.some((finding) => finding.level === bad)) ?? 'good';
  return { level, text: texts[level], findings };
}

/** With fewer records a classifier has nothing to learn from. */
const MIN_ROWS = 100;

type Measured = Omit<Report, 'verdict' | 'provenance'>;

function fidelity({ shapeError, trendError }: Measured): Finding {
  const level =
    shapeError <= 0.015 && trendError <= 0.025 ? 'good' : shapeError <= 0.05 && trendError <= 0.08 ? 'fair' : 'poor';
  const text = `Columns are off by ${percent(shapeError)} and pairs of columns by ${percent(trendError)} on average (good: at most 1.5 % and 2.5 %).`;
  return { level, about: 'fidelity', text };
}

function detection({ detection: { boosting, logistic, rows } }: Measured): Finding {
  if (rows < MIN_ROWS) {
    const text = `Whether a classifier tells them apart was not judged: that takes ${MIN_ROWS} records of each table, there are ${rows}.`;
    return { level: 'fair', about: 'detection', text };
  }
  const level = boosting.auc <= 0.6 ? 'good' : boosting.auc <= 0.75 ? 'fair' : 'poor';
  const text = `Boosted trees tell synthetic from real records with an AUC of ${boosting.auc.toFixed(3)}, a logistic model with ${logistic.auc.toFixed(3)} (0.5 is guessing; good: at most 0.6).`;
  return { level, about: 'detection', text };
}

function utility({ utility: found }: Measured): Finding[] {
  if (found === undefined) return [];
  const lost = found.real - found.synthetic;
  const level = lost <= 0.015 ? 'good' : lost <= 0.05 ? 'fair' : 'poor';
  const measure = found.measure === 'auc' ? 'an AUC' : 'an R²';
  const text = `A model trained on synthetic records predicts “${found.target}” of real ones with ${measure} of ${found.synthetic.toFixed(3)}, one trained on real records with ${found.real.toFixed(3)} (good: at most 0.015 less).`;
  return [{ level, about: 'utility', text }];
}

function privacy({ privacy: { closest, copies, repeated } }: Measured): Finding[] {
  const { copies: count, rows } = copies.synthetic;
  const expected = copies.fresh && (copies.fresh.copies / copies.fresh.rows) * rows;
  const tooMany = expected === undefined ? count > 0 : count > expected + 2 * Math.sqrt(expected) + 1;
  const fresh =
    expected === undefined ? '' : ` (as many fresh real records: ${expected.toFixed(expected < 10 ? 1 : 0)})`;
  const copying: Finding = {
    level: tooMany ? 'poor' : 'good',
    about: 'privacy',
    text: `${grouped(count)} of ${grouped(rows)} synthetic records equal a record that is unique among the real ones${fresh}.`,
  };
  if (closest?.fresh === undefined) {
    const found = repeated && heldOutText(repeated);
    const text = `Closeness to training records was not judged: that takes a holdout of real records the model has not seen${found ?? ''}.`;
    return [copying, { level: 'fair', about: 'privacy', text }];
  }
  const { synthetic, fresh: other } = closest;
  const excess = synthetic.value - other.value;
  const error = Math.hypot(synthetic.standardError, other.standardError);
  const text = `${percent(synthetic.value)} of synthetic records are nearer to training than to held-out records; of fresh real records ${percent(other.value)} are (good: at most two standard errors, ${percent(2 * error)}, more).`;
  return [copying, { level: excess <= 2 * error ? 'good' : excess <= 0.05 ? 'fair' : 'poor', about: 'privacy', text }];
}

/** Why a holdout is none. */
function heldOutText({ copies, rows, expected }: NonNullable<Measured['privacy']['repeated']>): string {
  return `, and ${grouped(copies)} of ${grouped(rows)} records of this one are training records (by chance: ${grouped(Math.round(expected))})`;
}

function validity({ columns }: Measured): Finding {
  const least = columns.flatMap(({ name, validity: found }) =>
    Object.values(found).map((share: number) => ({ name, share })),
  );
  const worst = least.reduce((a, b) => (b.share < a.share ? b : a), { name: '', share: 1 });
  const level = worst.share >= 0.999 ? 'good' : worst.share >= 0.98 ? 'fair' : 'poor';
  const text =
    worst.share === 1
      ? 'Every value is one that its real column could hold: known categories, observed ranges, whole numbers, nulls.'
      : `Values that the real column could not hold: at most ${percent(1 - worst.share)} of a column, “${worst.name}” (good: 0.1 %).`;
  return { level, about: 'validity', text };
}

function relations({ relations: found }: Measured): Finding[] {
  if (found.length === 0) return [];
  const [worst] = found.flatMap(({ text, kept: { real, synthetic } }) =>
    synthetic === null ? [] : [{ text, real, synthetic }],
  );
  const start = `Relations between columns of the real table: ${found.length}`;
  if (worst === undefined) {
    const text = `${start}, not judged: no synthetic record has the values that they are about.`;
    return [{ level: 'fair', about: 'relations', text }];
  }
  const { real, synthetic } = worst;
  const level = synthetic >= real - 0.001 ? 'good' : synthetic >= real - 0.02 ? 'fair' : 'poor';
  const text = found.every(({ kept }) => (kept.synthetic ?? 1) === 1)
    ? `${start}, kept by every synthetic record.`
    : `${start}; the worst, “${worst.text}”, is kept by ${percent(synthetic)} of synthetic and ${percent(real)} of real records (good: at most 0.1 % less).`;
  return [{ level, about: 'relations', text }];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
