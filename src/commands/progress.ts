import type { RecordBatch } from 'apache-arrow';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { DriftEvent, EpochEvent, FittedModel, MeasuredFidelity, StepEvent, TrainingEvent } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { bytesText, countedText, countText, durationText, percentText } from './number-text.js';
import type { Reporter } from './reporter.js';

/** Watches what flows through a command's pipe and tells how far it has come. */
export interface Progress {
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Stands behind the source. */
  input(): MonoTypeOperatorFunction<RecordBatch>;
  /** Stands behind the training. */
  training(): MonoTypeOperatorFunction<TrainingEvent>;
  /** Stands before the sink; `total` is the number of rows that will come, where it is known. */
  output(total?: number): MonoTypeOperatorFunction<RecordBatch>;
  /** Since the beginning. */
  elapsedMs(): number;
}

/** A progress that speaks through `reporter`; `now` is a clock in milliseconds. */
export function createProgress(reporter: Reporter, io: Io, now = () => performance.now()): Progress {
  const start = now();
  let rowsIn = 0;
  let rowsOut = 0;
  let trainingStart = start;
  let outputStart: number | undefined;
  let trained = 0;
  /** Whether the training is one of a single pass, and the columns of its newest model. */
  let endless = false;
  let columns: FittedModel['codec'] | undefined;
  let latest: Pick<StepEvent, 'step' | 'steps'> = { step: 0 };
  let fidelity: MeasuredFidelity | undefined;

  const resident = () => bytesText(io.residentBytes());
  const perSecond = (rows: number, since: number) => (1000 * rows) / Math.max(1, now() - since);

  function onStep(step: StepEvent): void {
    if (trained === 0) trainingStart = now() - step.ms;
    trained += step.rows;
    latest = step;
    endless = step.steps === undefined;
    if (rowsOut > 0) return;
    const rowsPerSecond = perSecond(trained, trainingStart);
    const { steps } = step;
    const leftMs = steps === undefined ? undefined : ((now() - trainingStart) / step.step) * (steps - step.step);
    reporter.status(
      () =>
        `epoch ${step.epoch}, step ${countText(step.step)}${steps === undefined ? '' : `/${countText(steps)}`}, ` +
        `loss ${step.loss.toFixed(3)}${fidelityText(fidelity)}, ${countText(rowsPerSecond)} rows/s, ${resident()}${leftMs === undefined ? '' : `, ${durationText(leftMs)} left`}`,
      () => ({ event: 'step', ...fieldsOf(step), rowsPerSecond, residentBytes: io.residentBytes(), leftMs }),
    );
  }
  function onEpoch(epoch: EpochEvent): void {
    fidelity = epoch.fidelity ?? fidelity;
    const { step, steps } = latest;
    reporter.note(undefined, { event: 'epoch', ...fieldsOf(epoch), step, steps });
  }
  function onDrift({ kind: _, ...drift }: DriftEvent): void {
    const moved = drift.columns.filter((column) => column.moved);
    const texts = moved.map(({ column, index, unseen }) => {
      const never = unseen >= 0.001 ? `, ${(100 * unseen).toFixed(1)} % never seen` : '';
      return `\`${column}\` by ${index.toFixed(2)}${never}`;
    });
    const what = drift.unfit === undefined ? texts.join('; ') : `not started anew: ${drift.unfit}`;
    reporter.note(`drift after ${countedText(drift.rows, 'row')}: ${what}`, { event: 'drift', ...drift });
  }
  /** A stream's first model, and the first after columns were fitted anew; those between are events, not lines. */
  function onStreamModel(model: FittedModel): void {
    const { rows, epochs, settings, network } = model.training;
    const loss = epochs[0]?.training.loss ?? Number.NaN;
    const text =
      model.codec === columns
        ? undefined
        : `${columns === undefined ? 'started' : 'started anew'} with ${countedText(rows, 'row')}: loss ${loss.toFixed(3)}`;
    columns = model.codec;
    reporter.note(text, { event: 'model', rows, loss, settings, network, ms: now() - trainingStart });
  }
  function onModel(model: FittedModel): void {
    const { rows, bestEpoch, epochs, settings, network } = model.training;
    const best = epochs.find(({ epoch }) => epoch === bestEpoch);
    const losses = {
      ...(best !== undefined && { loss: best.training.loss }),
      ...(best?.validation !== undefined && { validationLoss: best.validation.loss }),
    };
    const text = Object.entries(losses).map(
      ([name, loss]) => `, ${name === 'loss' ? 'loss' : 'validation loss'} ${loss.toFixed(3)}`,
    );
    const ms = now() - trainingStart;
    const cutShort = epochs.length < settings.epochs && epochs.length - bestEpoch < settings.patience;
    reporter.note(
      `trained on ${countedText(rows, 'row')}: ${countedText(epochs.length, 'epoch')} ` +
        `(kept the weights of ${bestEpoch})${text.join('')}${fidelityText(best?.fidelity)}, ${durationText(ms)}` +
        `${cutShort ? `: cut short by --max-seconds, of ${countedText(settings.epochs, 'epoch')}` : ''}`,
      {
        event: 'model',
        rows,
        epochs: epochs.length,
        bestEpoch,
        cutShort,
        ...losses,
        ...defined({ fidelity: best?.fidelity }),
        settings,
        network,
        ms,
      },
    );
  }

  return {
    get rowsIn() {
      return rowsIn;
    },
    get rowsOut() {
      return rowsOut;
    },
    elapsedMs: () => now() - start,
    input: () =>
      tap((batch) => {
        rowsIn += batch.numRows;
        if (rowsOut > 0) return;
        const rowsPerSecond = perSecond(rowsIn, start);
        reporter.status(
          () => `${countedText(rowsIn, 'row')} read, ${countText(rowsPerSecond)} rows/s, ${resident()}`,
          () => ({ event: 'read', rowsIn, rowsPerSecond, residentBytes: io.residentBytes() }),
        );
      }),
    training: () =>
      tap((event) => {
        if (event.kind === 'step') onStep(event);
        else if (event.kind === 'epoch') onEpoch(event);
        else if (event.kind === 'drift') onDrift(event);
        else if (event.kind === 'model') (endless ? onStreamModel : onModel)(event.model);
      }),
    output: (total) =>
      tap((batch) => {
        outputStart ??= now();
        rowsOut += batch.numRows;
        const since = outputStart;
        const rowsPerSecond = perSecond(rowsOut, since);
        const leftMs = total === undefined ? undefined : ((now() - since) / Math.max(1, rowsOut)) * (total - rowsOut);
        reporter.status(
          () =>
            `${rowsIn > 0 ? `${countedText(rowsIn, 'row')} in, ` : ''}${countedText(rowsOut, 'row')} out, ` +
            `${countText(rowsPerSecond)} rows/s, ${resident()}${leftMs === undefined ? '' : `, ${durationText(leftMs)} left`}`,
          () => ({ event: 'write', rowsIn, rowsOut, rowsPerSecond, residentBytes: io.residentBytes(), leftMs }),
        );
      }),
  };
}

function fidelityText(fidelity: MeasuredFidelity | undefined): string {
  if (fidelity === undefined) return '';
  return `, shapes off by ${percentText(fidelity.shapeError)}, trends by ${percentText(fidelity.trendError)}`;
}

/** An event's fields as JSON has them: typed arrays as arrays. */
function fieldsOf({ kind: _, sparsity, ...fields }: StepEvent | EpochEvent): object {
  return sparsity === undefined ? fields : { ...fields, sparsity: { ...sparsity, mean: [...sparsity.mean] } };
}
