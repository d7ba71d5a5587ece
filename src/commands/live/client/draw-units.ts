import { drawAxes, type Frame } from './draw-axes.js';
import { ticksOf } from './ticks-of.js';

/** Draws the mean activation of each unit as a bar, in the order of the units (none where it is null), and their target as a line. */
export function drawUnits(svg: SVGSVGElement, mean: readonly (number | null)[], target: number | undefined): void {
  if (svg.clientWidth === 0) return;
  const most = 1.06 * Math.max(...mean.map((value) => value ?? 0), target ?? 0, 1e-6);
  const frame: Frame = {
    left: 62,
    right: svg.clientWidth - 10,
    top: 10,
    bottom: svg.clientHeight - 26,
    x: [0, mean.length],
    y: [0, most],
  };
  const { left, right, top, bottom } = frame;
  drawAxes(svg, frame, {
    x: ticksOf(0, mean.length, 6).map((unit) => [unit, String(unit)]),
    y: ticksOf(0, most, 5).map((value) => [value, String(value)]),
  });
  const width = (right - left) / mean.length;
  const gap = Math.min(1, width / 5);
  const height = (value: number) => (bottom - (value / most) * (bottom - top)).toFixed(1);
  const bars = mean.map((value, unit) => {
    const from = (left + unit * width + gap / 2).toFixed(1);
    const to = (left + (unit + 1) * width - gap / 2).toFixed(1);
    return `M${from},${bottom}V${height(value ?? 0)}H${to}V${bottom}Z`;
  });
  svg.querySelector('path.units')?.setAttribute('d', bars.join(''));
  const line = target === undefined ? '' : `M${left},${height(target)}H${right}`;
  svg.querySelector('path.target')?.setAttribute('d', line);
}
