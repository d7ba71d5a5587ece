import { counted } from '../../counted.js';
import type { LatentMap } from '../latent-map.js';
import type { ModelReport } from '../model-report.js';
import type { Html } from './html.js';
import type { Plotter } from './plotter.js';

/** The losses by epoch. */
export function lossChart({ plot, draw }: Plotter, { epochs, bestEpoch }: ModelReport): Html | undefined {
  if (epochs.length === 0) return undefined;
  const validated = epochs.filter(({ validation }) => validation !== undefined);
  return draw('Loss by epoch, training and held-out; the numbers are in the table below', {
    width: 400,
    height: 300,
    marginLeft: 46,
    marginTop: 24,
    marginBottom: 36,
    x: {
      label: 'epoch',
      ticks: Math.min(epochs.length, 6),
      tickFormat: 'd',
      labelArrow: 'none',
      labelAnchor: 'center',
    },
    y: { label: 'nats a record', grid: true, zero: false, labelArrow: 'none', ticks: 5, nice: true },
    marks: [
      plot.ruleX([bestEpoch], { stroke: 'var(--axis)', strokeDasharray: '3 3' }),
      plot.line(epochs, { x: 'epoch', y: 'training', stroke: 'var(--real-strong)', strokeWidth: 2 }),
      plot.line(validated, { x: 'epoch', y: 'validation', stroke: 'var(--synthetic)', strokeWidth: 2 }),
      ...(epochs.length > 1
        ? []
        : [
            plot.dot(epochs, { x: 'epoch', y: 'training', fill: 'var(--real-strong)' }),
            plot.dot(validated, { x: 'epoch', y: 'validation', fill: 'var(--synthetic)' }),
          ]),
    ],
  });
}

/** p-hat of each unit, most active first, beside its target. */
export function sparsityChart({ plot, draw }: Plotter, { sparsity }: ModelReport): Html | undefined {
  if (sparsity === undefined) return undefined;
  const units = [...sparsity.mean].sort((a, b) => b - a).map((mean, place) => ({ mean, from: place, to: place + 1 }));
  return draw(
    `Mean activation of ${counted(units.length, 'unit')}, from ${units[0]?.mean.toFixed(3)} down to ${units.at(-1)?.mean.toFixed(3)}`,
    {
      width: 400,
      height: 300,
      marginLeft: 46,
      marginTop: 24,
      marginBottom: 36,
      x: { label: 'unit, most active first', labelArrow: 'none', labelAnchor: 'center' },
      y: { label: 'mean activation', grid: true, labelArrow: 'none' },
      marks: [
        plot.rectY(units, { x1: 'from', x2: 'to', y: 'mean', fill: 'var(--real)', insetLeft: 0.5, insetRight: 0.5 }),
        ...(sparsity.target === undefined
          ? []
          : [plot.ruleY([sparsity.target], { stroke: 'var(--synthetic)', strokeWidth: 2, strokeDasharray: '5 3' })]),
      ],
    },
  );
}

/** Where encoded records lie, one map a table on the same axes. */
export function latentChart(
  { plot, draw }: Plotter,
  { cells, step, variance }: LatentMap,
  table: 'real' | 'synthetic',
): Html {
  const shown = cells
    .filter((cell) => cell[table] > 0)
    .map(({ x, y, ...shares }) => ({ x1: x, x2: x + step, y1: y, y2: y + step, share: shares[table] }));
  const ends = (of: 'x' | 'y') => [
    Math.min(...cells.map((cell) => cell[of])),
    Math.max(...cells.map((cell) => cell[of])) + step,
  ];
  const most = Math.max(...cells.flatMap(({ real, synthetic }) => [real, synthetic]));
  const share = (axis: 0 | 1) => `${(100 * variance[axis]).toFixed(0)} % of the variance`;
  return draw(
    `Density of ${table} records on the two principal axes of the latent means: ${counted(shown.length, 'cell')}`,
    {
      width: 400,
      height: 300,
      marginLeft: 40,
      marginTop: 24,
      marginBottom: 36,
      x: { domain: ends('x'), label: `axis 1, ${share(0)}`, labelArrow: 'none', labelAnchor: 'center', grid: true },
      y: { domain: ends('y'), label: `axis 2, ${share(1)}`, labelArrow: 'none', grid: true },
      opacity: { domain: [0, most], range: [0.12, 1], type: 'sqrt' },
      marks: [
        plot.rect(shown, {
          x1: 'x1',
          x2: 'x2',
          y1: 'y1',
          y2: 'y2',
          fill: `var(--${table === 'real' ? 'real-strong' : table})`,
          fillOpacity: { value: 'share', scale: true },
          inset: 0.3,
        }),
      ],
    },
  );
}
