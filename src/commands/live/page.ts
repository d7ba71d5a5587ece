import { drawAxes } from './client/draw-axes.js';
import { drawLines } from './client/draw-lines.js';
import { drawUnits } from './client/draw-units.js';
import { ticksOf } from './client/ticks-of.js';
import { watch } from './client/watch.js';
import { pageStyle } from './page-style.js';

interface Chart {
  readonly id: string;
  readonly title: string;
  /** Classes of its curves, each with its text in the key where there are several. */
  readonly curves: readonly { readonly name: string; readonly text?: string; readonly mark?: string }[];
  readonly wide?: boolean;
  /** Whether it is there only once it has numbers. */
  readonly hidden?: boolean;
  /** What is said before there are numbers. */
  readonly text: string;
}

const CHARTS: readonly Chart[] = [
  {
    id: 'loss',
    title: 'Loss by step',
    curves: [
      { name: 'step', text: 'a step', mark: 'faint' },
      { name: 'training', text: 'an epoch of training' },
      { name: 'validation', text: 'held-out rows', mark: 'second' },
    ],
    wide: true,
    text: 'No steps yet.',
  },
  {
    id: 'fidelity',
    title: 'Drawn against held-out records',
    curves: [
      { name: 'shape', text: 'column shapes' },
      { name: 'trend', text: 'pair trends', mark: 'second' },
    ],
    hidden: true,
    text: 'Not measured yet.',
  },
  {
    id: 'units',
    title: 'Mean activation by unit (p-hat)',
    curves: [
      { name: 'units', text: 'unit' },
      { name: 'target', text: 'target', mark: 'second' },
    ],
    hidden: true,
    text: 'Not known yet.',
  },
  { id: 'speed', title: 'Rows a second', curves: [{ name: 'rate' }], text: 'No steps yet.' },
  { id: 'memory', title: 'Memory', curves: [{ name: 'bytes' }], text: 'No steps yet.' },
];

/**
 * The page, complete in itself. Its script is made of the functions of `client/`: they are handed over as text, and so use
 * nothing but each other and what a browser has.
 */
export function livePage(): string {
  const script = [ticksOf, drawAxes, drawLines, drawUnits, watch].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rx-augment</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>rx-augment</h1>
<p id="headline">Connecting</p>
<progress id="progress" max="1" value="0" aria-label="Share of the training that is done"></progress>
<p id="announcement" class="unseen" role="status"></p>
<dl id="facts"></dl>
<div class="cards">
${CHARTS.map(chartHtml).join('\n')}
</div>
<ul id="remarks" aria-label="Remarks"></ul>
<details id="epochs"><summary>The numbers of the epochs</summary>
<div class="scroll"><table><thead><tr><th scope="col">epoch</th><th scope="col">training</th><th scope="col">held-out</th><th scope="col">shapes off</th><th scope="col">trends off</th></tr></thead><tbody id="epoch-rows"></tbody></table></div></details>
<noscript><p>The page needs its script to show anything.</p></noscript>
</main>
<script>
${script}
watch();
</script>
</body>
</html>
`;
}

function chartHtml({ id, title, curves, wide, hidden, text }: Chart): string {
  const key = curves.flatMap((curve) =>
    curve.text === undefined ? [] : [`<li><i class="${curve.mark ?? ''}"></i>${curve.text}</li>`],
  );
  const marks = curves.map(({ name }) => `<path class="${name}"/>`).join('');
  const dots = curves
    .filter(({ name }) => !['step', 'units', 'target'].includes(name))
    .map(({ name }) => `<circle class="${name}" r="4.5" cx="-9" cy="-9"/>`)
    .join('');
  return `<figure id="${id}-card"${wide ? ' class="wide"' : ''}${hidden ? ' hidden' : ''}>
<figcaption><h2>${title}</h2>${key.length > 0 ? `<ul class="key">${key.join('')}</ul>` : ''}</figcaption>
<svg id="${id}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><g class="axes"></g><g clip-path="url(#${id}-window)">${marks}${dots}</g></svg>
<p id="${id}-text" class="soft">${text}</p>
</figure>`;
}
