import type { Cycle } from '../cycles.js';
import type { ColumnReport } from '../report-content.js';
import { type Html, html } from './html.js';
import type { Plotter } from './plotter.js';
import { percent, shortened, valueText } from './texts.js';

const REAL = 'var(--real)';
const SYNTHETIC = 'var(--synthetic)';

/** A column's distribution, real as bars and synthetic over them as a line or as dots; nothing where there is none to show. */
export function columnChart(plotter: Plotter, column: ColumnReport): Html | undefined {
  const { distribution, name } = column;
  const label = `${name}: shares of real (bars) and synthetic (${distribution.kind === 'bins' ? 'line' : 'dots'}) rows; the numbers are in the table below`;
  if (distribution.kind === 'bins') {
    return distribution.bins.length === 0 ? undefined : binChart(plotter, label, column, distribution.bins);
  }
  const others = distribution.others.real + distribution.others.synthetic > 1e-9;
  const bars = [
    ...distribution.levels.map(({ level, ...shares }) => ({ level: level === '' ? '(empty)' : level, ...shares })),
    ...(others ? [{ level: '(all others)', ...distribution.others }] : []),
  ];
  if (bars.length === 0) return undefined;
  const longest = Math.max(...bars.map(({ level }) => level.length));
  const { plot } = plotter;
  return plotter.draw(label, {
    width: 400,
    height: Math.max(88, 40 + 18 * bars.length),
    marginLeft: Math.min(156, 18 + 6.6 * longest),
    marginRight: 12,
    marginTop: 6,
    marginBottom: 32,
    x: { percent: true, label: '% of rows', grid: true, ticks: 5, labelAnchor: 'center', labelArrow: 'none' },
    y: {
      label: null,
      domain: bars.map(({ level }) => level),
      tickFormat: (text: string) => shortened(text, 20),
      tickSize: 0,
    },
    marks: [
      plot.barX(bars, { x: 'real', y: 'level', fill: REAL, insetTop: 3, insetBottom: 3, rx2: 3 }),
      plot.dot(bars, { x: 'synthetic', y: 'level', fill: SYNTHETIC, stroke: 'var(--surface)', strokeWidth: 1.5, r: 5 }),
      plot.ruleX([0], { stroke: 'var(--axis)' }),
    ],
  });
}

/** How often each month, weekday or hour of a column of dates occurs, real as bars and synthetic over them as dots. */
export function cycleChart({ plot, draw }: Plotter, name: string, { of, levels }: Cycle): Html {
  const bars = [...levels];
  return draw(`${name} by ${of}: shares of real (bars) and synthetic (dots) rows; the numbers are in the table below`, {
    width: 400,
    height: 120,
    marginLeft: 40,
    marginRight: 14,
    marginTop: 14,
    marginBottom: 24,
    x: {
      type: 'band',
      domain: bars.map(({ level }) => level),
      label: null,
      tickSize: 0,
      ...(bars.length > 12 && { ticks: EVERY_SIXTH }),
    },
    y: { percent: true, label: null, grid: true, ticks: 3 },
    marks: [
      plot.barY(bars, { x: 'level', y: 'real', fill: REAL, insetLeft: 1, insetRight: 1 }),
      plot.dot(bars, { x: 'level', y: 'synthetic', fill: SYNTHETIC, stroke: 'var(--surface)', strokeWidth: 1, r: 3.5 }),
      plot.ruleY([0], { stroke: 'var(--axis)' }),
    ],
  });
}

/** Hours with a label: others would run into each other. */
const EVERY_SIXTH = ['0', '6', '12', '18'];

/** The same as a table. */
export function cycleTable(name: string, { of, levels }: Cycle): Html {
  return html`<table><caption>${name} by ${of}: shares of rows that are not null</caption>
<thead><tr><th scope="col">${of}</th><th scope="col">real</th><th scope="col">synthetic</th></tr></thead>
<tbody>${levels.map(({ level, real, synthetic }) => html`<tr><th scope="row">${level}</th><td>${percent(real)}</td><td>${percent(synthetic)}</td></tr>`)}</tbody></table>`;
}

type Bins = Extract<ColumnReport['distribution'], { kind: 'bins' }>['bins'];

function binChart({ plot, draw }: Plotter, label: string, column: ColumnReport, bins: Bins): Html {
  const date = column.type === 'date';
  const at = (value: number) => (date ? new Date(value) : value);
  const bars = bins.map(({ start, end, real }) => ({ start: at(start), end: at(end), real }));
  const last = bins.at(-1);
  const steps = [...bins, { start: last?.end ?? 0, synthetic: last?.synthetic ?? 0 }].map(({ start, synthetic }) => ({
    start: at(start),
    synthetic,
  }));
  return draw(label, {
    width: 400,
    height: 220,
    marginLeft: 40,
    marginRight: 14,
    marginTop: 22,
    marginBottom: 30,
    x: {
      label: null,
      ticks: 5,
      type: date ? 'utc' : 'linear',
      ...(Math.max(Math.abs(bins[0]?.start ?? 0), Math.abs(last?.end ?? 0)) >= 1e6 && !date && { tickFormat: compact }),
    },
    y: { percent: true, label: '% of rows', grid: true, ticks: 4, labelArrow: 'none' },
    marks: [
      plot.rectY(bars, { x1: 'start', x2: 'end', y: 'real', fill: REAL, insetLeft: 0.5, insetRight: 0.5 }),
      plot.line(steps, { x: 'start', y: 'synthetic', curve: 'step-after', stroke: SYNTHETIC, strokeWidth: 2 }),
      plot.ruleY([0], { stroke: 'var(--axis)' }),
    ],
  });
}

/** The same as a table. */
export function columnTable({ name, type, distribution }: ColumnReport): Html {
  const parts =
    distribution.kind === 'bins'
      ? distribution.bins.map(({ start, end, ...shares }, i) => ({
          label: binText(
            valueText(start, type === 'date'),
            valueText(end, type === 'date'),
            i,
            distribution.bins.length,
          ),
          ...shares,
        }))
      : [
          ...distribution.levels.map(({ level, ...shares }) => ({ label: level, ...shares })),
          { label: '(all others)', ...distribution.others },
        ];
  return html`<table><caption>${name}: shares of rows that are not null</caption>
<thead><tr><th scope="col">${distribution.kind === 'bins' ? 'from – below' : 'level'}</th><th scope="col">real</th><th scope="col">synthetic</th></tr></thead>
<tbody>${parts.map((part) => html`<tr><th scope="row">${part.label}</th><td>${percent(part.real)}</td><td>${percent(part.synthetic)}</td></tr>`)}</tbody></table>`;
}

function binText(start: string, end: string, bin: number, bins: number): string {
  if (bins === 1) return 'all';
  if (bin === 0) return `below ${end}`;
  return bin === bins - 1 ? `${start} and above` : `${start} – ${end}`;
}

/** 50,000,000 as 50M: ticks of large numbers would run into each other. */
function compact(value: number): string {
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 2 });
}
