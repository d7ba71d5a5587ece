import type * as PlotLibrary from '@observablehq/plot';
import { type Html, html } from './html.js';

/** Draws charts as SVG, without a browser. */
export interface Plotter {
  readonly plot: typeof PlotLibrary;
  /** The SVG of a chart; `label` is what a screen reader says of it. */
  draw(label: string, options: PlotLibrary.PlotOptions): Html;
}

/** Loads the chart library, and a light DOM for it to draw in. */
export async function createPlotter(): Promise<Plotter> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return {
    plot,
    draw(label, options) {
      const chart = plot.plot({
        style: { background: 'none', fontSize: '12px' },
        ...options,
        document: document as never,
      });
      // The label is escaped here: the light DOM leaves `<` in attributes as it is.
      return { html: chart.outerHTML.replace(/^<svg/, () => html`<svg role="img" aria-label="${label}"`.html) };
    },
  };
}
