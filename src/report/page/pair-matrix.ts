import type { Report } from '../report-content.js';
import type { Html } from './html.js';
import type { Plotter } from './plotter.js';
import { percent, shortened } from './texts.js';

/** Columns at most: those of the worst pairs. */
const MAX_COLUMNS = 40;

/** The errors of all pairs of columns as a matrix, the stronger the worse. */
export function pairMatrix({ plot, draw }: Plotter, { pairs }: Pick<Report, 'pairs'>): Html | undefined {
  const names = [...new Set(pairs.flatMap(({ columns }) => columns))].slice(0, MAX_COLUMNS);
  const cells = pairs.flatMap(({ columns: [a, b], error }) =>
    names.includes(a) && names.includes(b)
      ? [
          { a, b, error },
          { a: b, b: a, error },
        ]
      : [],
  );
  if (cells.length === 0) return undefined;
  const known = cells.flatMap(({ a, b, error }) => (error === null ? [] : [{ a, b, error }]));
  const longest = Math.max(...names.map((name) => Math.min(18, name.length)));
  const side = names.length <= 20 ? 38 : 20;
  const margin = 16 + 6.6 * longest;
  const most = Math.max(0.01, ...known.map(({ error }) => error));
  return draw(`Errors of pairs of columns, up to ${percent(most)}; the worst are in the table below`, {
    width: margin + 20 + side * names.length,
    height: margin + 20 + side * names.length,
    marginLeft: margin,
    marginBottom: margin,
    marginTop: 10,
    marginRight: 10,
    x: { domain: names, label: null, tickRotate: -60, tickFormat: (name: string) => shortened(name, 18), tickSize: 0 },
    y: { domain: names, label: null, tickFormat: (name: string) => shortened(name, 18), tickSize: 0 },
    opacity: { domain: [0, most], range: [0.04, 0.62] },
    marks: [
      plot.cell(cells, { x: 'a', y: 'b', fill: 'var(--grid)', fillOpacity: 0.35, inset: 1, rx: 3 }),
      plot.cell(known, {
        x: 'a',
        y: 'b',
        fill: 'var(--error)',
        fillOpacity: { value: 'error', scale: true },
        inset: 1,
        rx: 3,
      }),
      ...(names.length <= 20
        ? [
            plot.text(known, {
              x: 'a',
              y: 'b',
              text: ({ error }: { error: number }) => (100 * error).toFixed(1),
              fontSize: 11,
              fill: 'var(--text)',
            }),
          ]
        : []),
    ],
  });
}
