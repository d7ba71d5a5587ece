/** Where a chart's marks are: pixels of its edges, and the numbers there. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** What stands beside an axis: numbers and their texts. */
export type AxisTicks = readonly (readonly [number, string])[];

/** Draws the grid and the axes of a chart, and fits the chart to its width on the page. */
export function drawAxes(
  svg: SVGSVGElement,
  frame: Frame,
  ticks: { readonly x: AxisTicks; readonly y: AxisTicks },
): void {
  const { left, right, top, bottom, x, y } = frame;
  svg.setAttribute('viewBox', `0 0 ${svg.clientWidth} ${svg.clientHeight}`);
  const group = svg.querySelector('.axes') as SVGGElement;
  const add = (name: string, attributes: Record<string, string | number>, text = ''): SVGElement => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = text;
    return element;
  };
  const ofY = ticks.y.flatMap(([value, text]) => {
    const at = bottom - ((value - y[0]) / (y[1] - y[0] || 1)) * (bottom - top);
    return [
      add('line', { x1: left, x2: right, y1: at, y2: at }),
      add('text', { x: left - 8, y: at + 4, 'text-anchor': 'end' }, text),
    ];
  });
  const ofX = ticks.x.map(([value, text]) => {
    const at = left + ((value - x[0]) / (x[1] - x[0] || 1)) * (right - left);
    return add('text', { x: at, y: bottom + 18, 'text-anchor': at > right - 20 ? 'end' : 'middle' }, text);
  });
  const window = add('clipPath', { id: `${svg.id}-window` });
  window.append(add('rect', { x: left, y: top - 2, width: Math.max(0, right - left + 4), height: bottom - top + 4 }));
  group.replaceChildren(...ofY, ...ofX, window);
}
