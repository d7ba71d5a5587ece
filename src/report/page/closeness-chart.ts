import type { PrivacyReport } from '../privacy-report.js';
import type { Html } from './html.js';
import type { Plotter } from './plotter.js';
import { percent } from './texts.js';

/** The shares of records nearer to training than to held-out ones, with two standard errors, about the half that chance gives. */
export function closenessChart({ plot, draw }: Plotter, closest: PrivacyReport['closest']): Html | undefined {
  if (closest?.fresh === undefined) return undefined;
  const rows = [
    { table: 'synthetic', ...closest.synthetic, colour: 'var(--synthetic)' },
    { table: 'fresh real', ...closest.fresh, colour: 'var(--real-strong)' },
  ].map(({ value, standardError, ...row }) => ({
    ...row,
    value: 100 * value,
    low: 100 * Math.max(0, value - 2 * standardError),
    high: 100 * Math.min(1, value + 2 * standardError),
  }));
  const reach = Math.max(5, ...rows.flatMap(({ low, high }) => [50 - low, high - 50])) * 1.05;
  const shares = rows.map(({ table, value }) => `${table} ${percent(value / 100, 1)}`).join(', ');
  return draw(`Share of records closer to training than to held-out ones: ${shares}; chance gives 50 %`, {
    width: 400,
    height: 150,
    marginLeft: 70,
    marginRight: 14,
    marginTop: 10,
    marginBottom: 38,
    x: {
      domain: [50 - reach, 50 + reach],
      label: '% of records; left of 50: further from training',
      labelArrow: 'none',
      labelAnchor: 'center',
      grid: true,
      ticks: 6,
    },
    y: { label: null, domain: rows.map(({ table }) => table), tickSize: 0 },
    marks: [
      plot.ruleX([50], { stroke: 'var(--axis)', strokeDasharray: '4 3' }),
      plot.ruleY(rows, { y: 'table', x1: 'low', x2: 'high', stroke: 'colour', strokeWidth: 4, strokeLinecap: 'round' }),
      plot.dot(rows, { x: 'value', y: 'table', fill: 'colour', stroke: 'var(--surface)', strokeWidth: 1.5, r: 7 }),
    ],
  });
}
