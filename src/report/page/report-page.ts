import { counted } from '../../counted.js';
import type { ColumnReport, Report } from '../report-content.js';
import { columnChart, columnTable, cycleChart, cycleTable } from './column-chart.js';
import { type Html, html } from './html.js';
import { latentChart, lossChart, sparsityChart } from './model-charts.js';
import { pageStyle } from './page-style.js';
import { pairMatrix } from './pair-matrix.js';
import { createPlotter, type Plotter } from './plotter.js';
import { privacySection } from './privacy-section.js';
import { relationsSection } from './relations-section.js';
import { grouped, percent } from './texts.js';

/** Charts of columns at most, the worst; a table holds them all. */
const MAX_CHARTS = 60;
const MAX_PAIRS = 12;

const levelTexts = { good: '✓ good', fair: '● fair', poor: '✕ poor' } as const;
const aboutTexts = {
  fidelity: 'Fidelity',
  detection: 'Detection',
  utility: 'Usefulness',
  privacy: 'Privacy',
  validity: 'Validity',
  relations: 'Relations',
} as const;
const titles = { good: 'Good', fair: 'Fair', poor: 'Poor' } as const;

/** The page that `renderReport` gives; `ms` is how long the comparison took, in milliseconds. */
export async function reportPage(report: Report, ms?: number): Promise<string> {
  const plotter = await createPlotter();
  const sections = [
    scores(report),
    columns(plotter, report),
    pairs(plotter, report),
    ...(report.relations.length > 0 ? [relationsSection(report.relations)] : []),
    ...(report.model ? [model(plotter, report)] : []),
    privacySection(plotter, report.privacy),
    provenance(report, ms),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Synthetic records: ${titles[report.verdict.level]}</title><style>${{ html: pageStyle }}</style></head>
<body><a class="skip" href="#scores">Skip to the scores</a>
<header><h1>How good are these synthetic records?</h1>
<p class="soft">${grouped(report.provenance.rows.synthetic)} synthetic against ${grouped(report.provenance.rows.real)} real records, ${counted(report.columns.length, 'column')}</p>
${verdict(report)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
<main>${sections.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1"><h2 id="${id}-title">${title}</h2>${body}</section>`)}</main>
<footer>Made by rx-augment ${report.provenance.version}. Aggregates alone: bins have round edges and clipped ends, what fewer than five real records hold is merged, shown as empty or left out.</footer>
</body></html>
`;
  return page.html;
}

/** A part of the page. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function verdict({ verdict: { level, text, findings } }: Report): Html {
  return html`<section class="verdict" aria-labelledby="verdict-title"><h2 id="verdict-title">Verdict <span class="mark ${level}">${levelTexts[level]}</span></h2><p>${text}</p>
<ul>${findings.map((finding) => html`<li><span class="mark ${finding.level}">${levelTexts[finding.level]}</span><strong>${aboutTexts[finding.about]}</strong><span>${finding.text}</span></li>`)}</ul></section>`;
}

function scores({ shapeError, trendError, detection, utility, model }: Report): Section {
  const tile = (name: string, value: string, definition: string) =>
    html`<div><dt>${name}</dt><dd><span class="value">${value}</span><small>${definition}</small></dd></div>`;
  const measure = utility?.measure === 'r2' ? 'R²' : 'AUC';
  const likelihood = model?.likelihood;
  const body = html`<dl class="scores">
${tile('Column shapes', percent(1 - shapeError), 'Mean over columns of 1 − the Kolmogorov–Smirnov (numbers) or total variation distance (categories). 100 % is the same.')}
${tile('Pair trends', percent(1 - trendError), 'Mean over pairs of 1 − half the difference of correlations, or 1 − the total variation distance of the contingency tables. 100 % is the same.')}
${tile('Detection, boosted trees', detection.boosting.auc.toFixed(3), `AUC of telling ${grouped(detection.rows)} synthetic from as many real records, three-fold cross-validated. 0.5 is guessing.`)}
${tile('Detection, logistic', detection.logistic.auc.toFixed(3), `The same by logistic regression; score 1 − (2 max(AUC, ½) − 1) = ${detection.logistic.score.toFixed(3)}.`)}
${
  utility &&
  tile(
    `Usefulness for “${utility.target}”`,
    `${utility.synthetic.toFixed(3)}`,
    `${measure} of boosted trees trained on ${grouped(utility.rows.training)} synthetic, tested on ${grouped(utility.rows.test)} real ${utility.heldOut ? 'held-out ' : ''}records. Trained on real ones: ${utility.real.toFixed(3)}.`,
  )
}
${
  likelihood &&
  tile(
    'Cost of real records',
    `${likelihood.real.toFixed(2)}`,
    `Nats a record, the mean of −log p under the model; synthetic ${likelihood.synthetic.toFixed(2)}${likelihood.holdout === undefined ? '' : `, held-out ${likelihood.holdout.toFixed(2)}`}.`,
  )
}</dl>`;
  return { id: 'scores', title: 'Scores', body };
}

function columns(plotter: Plotter, { columns: all, leftOut }: Report): Section {
  const card = (column: ColumnReport) => {
    const chart = columnChart(plotter, column);
    const { cycles = [] } = column;
    return html`<figure class="card"><figcaption><h3>${column.name}</h3><span>off by ${percent(column.error)}</span></figcaption>
${chart ?? html`<p class="soft">Too few values to show.</p>`}${cycles.map((cycle) => html`<p class="soft">by ${cycle.of}, off by ${percent(cycle.error)}</p>${cycleChart(plotter, column.name, cycle)}`)}<details><summary>Numbers<span class="soft"> of ${column.name}</span></summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers of ${column.name}">${columnTable(column)}${cycles.map((cycle) => cycleTable(column.name, cycle))}</div></details></figure>`;
  };
  const cell = (share: number | undefined) => (share === undefined ? '–' : percent(share, 1));
  const rows = all.map(
    ({ name, type, error, nulls, validity: v }) =>
      html`<tr><th scope="row">${name}</th><td>${type}</td><td>${percent(error)}</td><td>${percent(nulls.real, 1)}</td><td>${percent(nulls.synthetic, 1)}</td><td>${cell(v.known)}</td><td>${cell(v.inRange)}</td><td>${cell(v.whole)}</td></tr>`,
  );
  const body = html`<p class="soft">Worst first. Ends of numeric axes hold everything beyond them.</p>
<ul class="key" aria-label="Key"><li><i></i>real</li><li><i class="line"></i>synthetic (numbers)</li><li><i class="dot"></i>synthetic (categories; months, weekdays and hours of dates)</li></ul>
<div class="cards">${all.slice(0, MAX_CHARTS).map(card)}</div>
<details><summary>All columns as a table, with validity</summary><div class="scroll" tabindex="0" role="region" aria-label="All columns"><table><caption>Errors, nulls, and shares of synthetic values that the real column could hold</caption>
<thead><tr><th scope="col">column</th><th scope="col">type</th><th scope="col">off by</th><th scope="col">nulls, real</th><th scope="col">nulls, synthetic</th><th scope="col">known category</th><th scope="col">in range</th><th scope="col">whole number</th></tr></thead><tbody>${rows}</tbody></table></div></details>
${leftOut.length > 0 ? html`<p>Not compared: ${leftOut.map(({ column, reason }, i) => `${i > 0 ? '; ' : ''}${column} (${reason})`)}.</p>` : undefined}`;
  return { id: 'columns', title: 'Columns', body };
}

function pairs(plotter: Plotter, report: Report): Section {
  const matrix = pairMatrix(plotter, report);
  const worst = report.pairs.slice(0, MAX_PAIRS);
  const body =
    matrix === undefined
      ? html`<p class="soft">There is one column, so there are no pairs.</p>`
      : html`<p class="soft">How far the relation of each two columns is off, in per cent: the stronger, the worse.</p>
<div class="split"><figure class="card tight"><div class="scroll" tabindex="0" role="region" aria-label="Matrix of pair errors">${matrix}</div></figure>
<div class="card"><h3>The worst</h3><div class="scroll" tabindex="0" role="region" aria-label="Worst pairs"><table><caption>Pairs by their error</caption><thead><tr><th scope="col">columns</th><th scope="col">off by</th></tr></thead>
<tbody>${worst.map(({ columns: [a, b], error }) => html`<tr><th scope="row">${a} × ${b}</th><td>${percent(error)}</td></tr>`)}</tbody></table></div></div></div>`;
  return { id: 'pairs', title: 'Pairs of columns', body };
}

function model(plotter: Plotter, { model: fitted, latents }: Report): Section {
  if (fitted === undefined) return { id: 'model', title: 'Model', body: html`` };
  const sparsity = sparsityChart(plotter, fitted);
  const epochs = fitted.epochs.map(
    ({ epoch, training, validation }) =>
      html`<tr><th scope="row">${epoch}</th><td>${training.toFixed(3)}</td><td>${validation?.toFixed(3) ?? '–'}</td></tr>`,
  );
  const body = html`<p class="soft">Kind: ${fitted.kind}, with ${counted(fitted.latent, 'latent dimension')}, fitted to ${grouped(fitted.rows)} records; weights of epoch ${fitted.bestEpoch} were kept.${latents && ' Latent maps show where records are encoded; cells that fewer than five records share are left out.'}</p>
<div class="cards"><figure class="card"><figcaption><h3>Loss by epoch</h3><span>dashed: kept</span></figcaption>${lossChart(plotter, fitted)}
<ul class="key"><li><i class="strong"></i>training</li><li><i class="line"></i>held out</li></ul>
<details><summary>Losses as a table</summary><table><caption>Nats a record</caption><thead><tr><th scope="col">epoch</th><th scope="col">training</th><th scope="col">held out</th></tr></thead><tbody>${epochs}</tbody></table></details></figure>
${
  latents &&
  (['real', 'synthetic'] as const).map(
    (table) =>
      html`<figure class="card"><figcaption><h3>Latent map, ${table}</h3><span>${counted(latents.cells.filter((cell) => cell[table] > 0).length, 'cell')}</span></figcaption>${latentChart(plotter, latents, table)}</figure>`,
  )
}${
  sparsity &&
  html`<figure class="card"><figcaption><h3>Sparsity: p̂ of each unit</h3><span>${fitted.sparsity?.target === undefined ? '' : `target ${fitted.sparsity.target}`}</span></figcaption>${sparsity}</figure>`
}</div>`;
  return { id: 'model', title: 'Model', body };
}

function provenance({ provenance: from, model: fitted }: Report, ms: number | undefined): Section {
  const { version, node, seed, rows, kept, modelChecksum } = from;
  const all = rows.real + rows.synthetic + (rows.holdout ?? 0);
  const table = (name: 'real' | 'synthetic' | 'holdout') => {
    const [read, used] = [rows[name], kept[name]];
    if (read === undefined || used === undefined) return undefined;
    const text =
      used < read
        ? `${grouped(read)} (pairs, relations, classifiers and distances: a sample of ${grouped(used)})`
        : grouped(read);
    return html`<dt>Rows, ${name}</dt><dd>${text}</dd>`;
  };
  const settings = Object.entries(fitted?.settings ?? {}).map(([name, value]) => `${name} ${value}`);
  const body = html`<dl class="facts">${table('real')}${table('synthetic')}${table('holdout')}<dt>Seed of this report</dt><dd>${seed}</dd>${ms === undefined ? undefined : html`<dt>Compared in</dt><dd>${(ms / 1000).toFixed(1)} s, ${grouped(Math.round((1000 * all) / ms))} rows/s</dd>`}<dt>rx-augment</dt><dd>${version}, Node.js ${node}</dd>
${modelChecksum && html`<dt>Model, SHA-256</dt><dd><code>${modelChecksum}</code></dd>`}${settings.length > 0 ? html`<dt>Model, settings</dt><dd>${settings.join(', ')}</dd>` : undefined}</dl>`;
  return { id: 'provenance', title: 'Provenance', body };
}
