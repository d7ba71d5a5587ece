import type { PrivacyReport } from '../privacy-report.js';
import { closenessChart } from './closeness-chart.js';
import { html } from './html.js';
import type { Plotter } from './plotter.js';
import { grouped, percent } from './texts.js';

/** What is said of privacy, each number beside that of fresh real records. */
export function privacySection(plotter: Plotter, { copies, repeated, closest, ratio, rows }: PrivacyReport) {
  const line = (name: string, synthetic: string, fresh: string | undefined, meaning: string) =>
    html`<tr><th scope="row">${name}<br><span class="soft">${meaning}</span></th><td>${synthetic}</td><td>${fresh ?? '–'}</td></tr>`;
  const share = (of: { readonly value: number; readonly standardError: number } | undefined) =>
    of && `${percent(of.value, 1)} ± ${percent(of.standardError, 1)}`;
  const copied = (of: { readonly copies: number; readonly rows: number } | undefined) =>
    of && `${grouped(of.copies)} of ${grouped(of.rows)}`;
  const chart = closenessChart(plotter, closest);
  const body = html`<p class="soft">Measures of memorisation, not a proof: nothing here is differentially private. A number means something only beside that of fresh real records, which know nothing of the training table.</p>
<div class="split"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Privacy measures"><table><caption>Distances of ${grouped(rows.queries)} synthetic records${rows.fresh === undefined ? '' : ` and ${grouped(rows.fresh)} fresh real ones`} among ${grouped(rows.references)} training records${closest === undefined ? '' : ' and as many held-out ones'} (Gower: categories agree or not, numbers by rank)</caption>
<thead><tr><th scope="col">measure</th><th scope="col">synthetic</th><th scope="col">fresh real</th></tr></thead><tbody>
${line('Exact copies', copied(copies.synthetic) ?? '–', copied(copies.fresh), 'records that equal a record unique in training')}
${line('Closer to training than to holdout', share(closest?.synthetic) ?? (repeated ? 'the holdout repeats training records' : 'needs a holdout'), share(closest?.fresh), 'share of records; 50 % is what chance gives, ± one standard error')}
${line('Nearest over second nearest distance, mean', ratio.synthetic.mean.toFixed(3), ratio.fresh?.mean.toFixed(3), 'near 0: records sit on single training records')}
${line('The same, 5th percentile', ratio.synthetic.fifthPercentile.toFixed(3), ratio.fresh?.fifthPercentile.toFixed(3), 'of the records closest to a single one')}
</tbody></table></div></div>
${chart && html`<figure class="card"><figcaption><h3>Closer to training than to holdout</h3><span>bars: two standard errors</span></figcaption>${chart}</figure>`}</div>`;
  return { id: 'privacy', title: 'Privacy', body };
}
