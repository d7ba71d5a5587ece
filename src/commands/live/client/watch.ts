import type { EpochPoint, LiveUpdate, StepPoint } from '../live-update.js';
import { drawLines } from './draw-lines.js';
import { drawUnits } from './draw-units.js';

/** Shows in the page what the server tells, until the training is over. */
export function watch(): void {
  /** Points kept: beyond that every second one goes. */
  const mostPoints = 1200;
  /** Milliseconds between announcements to screen readers. */
  const announceEveryMs = 15_000;
  /** Rows of the table of epochs. */
  const mostRows = 100;

  const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
  const chart = (id: string): SVGSVGElement => document.getElementById(id) as unknown as SVGSVGElement;
  const count = (value: number): string => Math.round(value).toLocaleString('en-US');
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const share = (value: number | null | undefined): string => (value == null ? '-' : percent(value));
  const nats = (loss: number | null): string => loss?.toFixed(3) ?? 'no number';
  const megabytes = (bytes: number): string => `${count(bytes / 1e6)} MB`;
  let steps: StepPoint[] = [];
  let epochs: EpochPoint[] = [];
  let latest: LiveUpdate | undefined;
  let announced = 0;
  let awaited = false;

  function thin<T>(points: T[]): T[] {
    return points.length <= mostPoints ? points : points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
  }
  function say(id: string, text: string): void {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  }
  function rowOf([name = '', ...values]: readonly string[]): HTMLTableRowElement {
    const row = document.createElement('tr');
    row.append(Object.assign(document.createElement('th'), { textContent: name, scope: 'row' }));
    row.append(...values.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
    return row;
  }

  function showCurves(): void {
    const last = Math.max(1, steps.at(-1)?.step ?? 0, epochs.at(-1)?.step ?? 0);
    const of = <T extends { step: number }>(points: readonly T[], value: (point: T) => number | null | undefined) =>
      points.flatMap((point) => {
        const found = value(point);
        return found == null ? [] : [[point.step, found] as const];
      });
    const validated = of(epochs, ({ validation }) => validation);
    drawLines(
      chart('loss'),
      [
        { name: 'step', points: of(steps, ({ loss }) => loss) },
        { name: 'training', points: of(epochs, ({ training }) => training) },
        { name: 'validation', points: validated },
      ],
      { last, zero: false, format: (value) => String(value) },
    );
    const training = epochs.length > 0 ? epochs.at(-1)?.training : steps.at(-1)?.loss;
    const heldOut = epochs.findLast(({ validation }) => validation !== undefined)?.validation ?? null;
    const lowest = Math.min(...validated.map(([, loss]) => loss));
    const ofHeldOut = validated.length === 0 ? '' : `, held out ${nats(heldOut)} (the lowest ${nats(lowest)})`;
    if (training !== undefined) say('loss-text', `By step ${count(last)}: training ${nats(training)}${ofHeldOut}.`);

    const measured = epochs.filter(({ shapeError }) => shapeError != null);
    byId('fidelity-card').hidden = measured.length === 0;
    if (measured.length > 0) {
      drawLines(
        chart('fidelity'),
        [
          { name: 'shape', points: of(measured, ({ shapeError }) => shapeError) },
          { name: 'trend', points: of(measured, ({ trendError }) => trendError) },
        ],
        { last, zero: true, format: percent },
      );
      const { epoch, shapeError, trendError } = measured.at(-1) as EpochPoint;
      say('fidelity-text', `After epoch ${epoch}: shapes off by ${share(shapeError)}, trends by ${share(trendError)}.`);
    }

    const speeds = steps.map(({ step, rowsPerSecond }) => [step, rowsPerSecond] as const);
    drawLines(chart('speed'), [{ name: 'rate', points: speeds }], { last, zero: true, format: count });
    const memory = steps.map(({ step, residentBytes }) => [step, residentBytes] as const);
    drawLines(chart('memory'), [{ name: 'bytes', points: memory }], { last, zero: true, format: megabytes });
    const moment = steps.at(-1);
    if (moment !== undefined) {
      say('speed-text', `Now ${count(moment.rowsPerSecond)} rows a second, on average.`);
      say('memory-text', `Now ${megabytes(moment.residentBytes)}.`);
    }
  }

  function showUnits({ sparsity }: LiveUpdate): void {
    byId('units-card').hidden = sparsity === undefined;
    if (sparsity === undefined) return;
    const { mean, target } = sparsity;
    drawUnits(chart('units'), mean, target);
    const known = mean.filter((value) => value !== null);
    const average = known.reduce((sum, value) => sum + value, 0) / known.length;
    const wanted = target === undefined ? '' : `; the target is ${target}`;
    const ends = `from ${Math.min(...known).toFixed(3)} to ${Math.max(...known).toFixed(3)}`;
    const found = known.length === 0 ? 'no numbers' : `${average.toFixed(3)} on average, ${ends}`;
    say('units-text', `${mean.length} ${mean.length === 1 ? 'unit' : 'units'}: ${found}${wanted}.`);
  }

  function showTable(): void {
    if (!(byId('epochs') as HTMLDetailsElement).open) return;
    const number = (value: number | null | undefined) => value?.toFixed(4) ?? '-';
    const rows = epochs.slice(-mostRows).reverse();
    byId('epoch-rows').replaceChildren(
      ...rows.map(({ epoch, training, validation, shapeError, trendError }) =>
        rowOf([String(epoch), number(training), number(validation), share(shapeError), share(trendError)]),
      ),
    );
  }

  function show(): void {
    awaited = false;
    if (latest === undefined) return;
    const { phase, headline, progress, facts, remarks } = latest;
    document.body.dataset.phase = phase;
    document.title = `${phase === 'training' && progress !== undefined ? percent(progress) : headline} - rx-augment`;
    say('headline', headline);
    const bar = byId('progress') as HTMLProgressElement;
    if (progress === undefined) bar.removeAttribute('value');
    else bar.value = progress;
    byId('facts').replaceChildren(
      ...facts.map(([name, value]) => {
        const box = document.createElement('div');
        const term = Object.assign(document.createElement('dt'), { textContent: name });
        box.append(term, Object.assign(document.createElement('dd'), { textContent: value }));
        return box;
      }),
    );
    byId('remarks').replaceChildren(
      ...remarks.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    );
    showCurves();
    showUnits(latest);
    showTable();
  }
  function soon(): void {
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(show);
  }

  const source = new EventSource('/events');
  source.onmessage = ({ data }) => {
    const before = latest?.phase;
    latest = JSON.parse(data) as LiveUpdate;
    const { first, phase, headline } = latest;
    steps = thin(first ? [...latest.steps] : [...steps, ...latest.steps]);
    epochs = thin(first ? [...latest.epochs] : [...epochs, ...latest.epochs]);
    if (phase !== before || performance.now() - announced > announceEveryMs) {
      announced = performance.now();
      const loss = epochs.at(-1)?.validation;
      say('announcement', loss == null ? headline : `${headline}. Held-out loss ${loss.toFixed(3)}`);
    }
    if (phase === 'done' || phase === 'failed' || phase === 'stopped') source.close();
    soon();
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) say('headline', 'Not connected; trying again');
  };
  byId('epochs').addEventListener('toggle', soon);
  addEventListener('resize', soon);
}
