import { drawAxes, type Frame } from './draw-axes.js';
import { ticksOf } from './ticks-of.js';

/** A curve: the class of its path in the chart, and its points. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** How curves are drawn. */
export interface LinesOptions {
  /** The last step there is, 1 or more. */
  readonly last: number;
  /** Whether the scale begins at zero; else it is that of the numbers, the first twentieth of the steps left out. */
  readonly zero: boolean;
  /** The text of a number. */
  readonly format: (value: number) => string;
}

/** Draws curves over steps. */
export function drawLines(svg: SVGSVGElement, lines: readonly Line[], { last, zero, format }: LinesOptions): void {
  const all = lines.flatMap(({ points }) => points);
  const settled = all.filter(([x]) => x >= last / 20);
  const values = (zero || settled.length < 8 ? all : settled).map(([, value]) => value).filter(Number.isFinite);
  if (values.length === 0 || svg.clientWidth === 0) return;
  const most = Math.max(...values);
  const least = zero ? 0 : Math.min(...values);
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  const y: Frame['y'] = [zero ? 0 : least - room, most + room];
  const frame: Frame = {
    left: 62,
    right: svg.clientWidth - 10,
    top: 10,
    bottom: svg.clientHeight - 26,
    x: [0, last],
    y,
  };
  const { left, right, top, bottom } = frame;
  const count = (value: number) => value.toLocaleString('en-US');
  drawAxes(svg, frame, {
    x: ticksOf(0, last, Math.max(2, Math.min(6, Math.floor(svg.clientWidth / 90)))).map((value) => [
      value,
      count(value),
    ]),
    y: ticksOf(y[0], y[1], 5).map((value) => [value, format(value)]),
  });
  for (const { name, points } of lines) {
    const at = points.map(([x, value]) => {
      const px = left + (x / last) * (right - left);
      const py = bottom - ((value - y[0]) / (y[1] - y[0])) * (bottom - top);
      return `${px.toFixed(1)},${py.toFixed(1)}`;
    });
    svg.querySelector(`path.${name}`)?.setAttribute('d', at.length === 0 ? '' : `M${at.join('L')}`);
    const dot = svg.querySelector(`circle.${name}`);
    const [px, py] = at.at(-1)?.split(',') ?? ['-9', '-9'];
    dot?.setAttribute('cx', px ?? '-9');
    dot?.setAttribute('cy', py ?? '-9');
  }
}
