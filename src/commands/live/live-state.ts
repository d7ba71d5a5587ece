import { bytesText, countedText, countText, durationText, percentText } from '../number-text.js';
import type { EpochPoint, LiveUpdate, StepPoint } from './live-update.js';
import { createThinned } from './thinned.js';

/** Points of a curve that a page opened later is given. */
const MOST_POINTS = 600;
const MOST_REMARKS = 20;

/** What is shown as numbers, in this order. */
const FACTS = [
  'Training loss',
  'Held-out loss',
  'Shapes off by',
  'Trends off by',
  'Epoch kept',
  'Rows a second',
  'Memory',
  'Time left',
] as const;

/** An event as `--json` has it. */
export interface LiveEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What is known of a training, from the events that it told of. */
export interface LiveState {
  /** `text` is the event for people. */
  add(event: LiveEvent, text?: string): void;
  /** No more events will come. */
  end(): void;
  /** Everything, thinned out. */
  history(): LiveUpdate;
  /** What has changed since it was last asked for; undefined where nothing has. */
  news(): LiveUpdate | undefined;
}

/** The state before the first event. */
export function createLiveState(): LiveState {
  const steps = createThinned<StepPoint>(MOST_POINTS);
  const epochs = createThinned<EpochPoint>(MOST_POINTS);
  let newSteps: StepPoint[] = [];
  let newEpochs: EpochPoint[] = [];
  let changed = false;
  let phase: LiveUpdate['phase'] = 'waiting';
  let headline = 'Waiting for records';
  let progress: number | undefined = 0;
  let sparsity: LiveUpdate['sparsity'];
  let remarks: string[] = [];
  const facts = new Map<(typeof FACTS)[number], string>();

  function onStep(step: StepFields): void {
    const { loss, rowsPerSecond, residentBytes } = step;
    const point = { step: step.step, loss: finite(loss), rowsPerSecond, residentBytes };
    steps.add(point);
    newSteps.push(point);
    phase = 'training';
    tellPlace(step);
    sparsity = finiteMeans(step.sparsity) ?? sparsity;
    facts.set('Training loss', lossText(loss));
    facts.set('Rows a second', countText(rowsPerSecond));
    facts.set('Memory', bytesText(residentBytes));
    if (step.leftMs !== undefined) facts.set('Time left', durationText(step.leftMs));
  }
  function onEpoch(event: EpochFields): void {
    const { epoch, step, training, validation, fidelity, sparsity: active } = event;
    const point: EpochPoint = {
      epoch,
      step,
      training: finite(training.loss),
      ...(validation && { validation: finite(validation.loss) }),
      ...(fidelity && { shapeError: finite(fidelity.shapeError), trendError: finite(fidelity.trendError) }),
    };
    epochs.add(point);
    newEpochs.push(point);
    phase = 'training';
    tellPlace(event);
    sparsity = finiteMeans(active) ?? sparsity;
    facts.set('Training loss', lossText(training.loss));
    if (validation) facts.set('Held-out loss', lossText(validation.loss));
    if (fidelity) {
      facts.set('Shapes off by', shareText(fidelity.shapeError));
      facts.set('Trends off by', shareText(fidelity.trendError));
    }
  }
  function tellPlace({ epoch, step, steps: all }: Pick<StepFields, 'epoch' | 'step' | 'steps'>): void {
    const end = all === undefined ? '' : ` of ${countText(all)}`;
    headline = `Training: epoch ${countText(epoch)}, step ${countText(step)}${end}`;
    progress = all === undefined ? undefined : step / all;
  }
  function update(first: boolean, shown: Pick<LiveUpdate, 'steps' | 'epochs'>): LiveUpdate {
    const known = FACTS.flatMap((name) => {
      const value = facts.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      first,
      phase,
      headline,
      ...(progress !== undefined && { progress }),
      facts: known,
      ...shown,
      ...(sparsity && { sparsity }),
      remarks,
    };
  }
  function remember(): void {
    newSteps = [];
    newEpochs = [];
    changed = false;
  }

  return {
    add(event, text) {
      changed = true;
      if (text !== undefined) remarks = [...remarks, text].slice(-MOST_REMARKS);
      switch (event.event) {
        case 'read':
          phase = 'reading';
          headline = `Reading: ${countedText(event.rowsIn as number, 'row')} so far`;
          return;
        case 'step':
          return onStep(event as unknown as StepFields);
        case 'epoch':
          return onEpoch(event as unknown as EpochFields);
        case 'model':
          // In a single pass there are many, and none ends the training.
          if (event.bestEpoch === undefined) return;
          progress = 1;
          facts.delete('Time left');
          facts.set('Epoch kept', String(event.bestEpoch));
          headline = 'Trained';
          return;
        case 'write':
          phase = 'writing';
          headline = `Writing: ${countedText(event.rowsOut as number, 'row')} so far`;
          facts.set('Memory', bytesText(event.residentBytes as number));
          return;
        case 'summary':
          phase = 'done';
          headline = 'Done';
          return;
        case 'error':
          phase = 'failed';
          headline = `Failed: ${event.message}`;
      }
    },
    end() {
      changed = true;
      facts.delete('Time left');
      if (phase === 'done' || phase === 'failed') return;
      phase = 'stopped';
      headline = 'Stopped';
    },
    history: () => update(true, { steps: steps.items, epochs: epochs.items }),
    news() {
      if (!changed) return undefined;
      const found = update(false, { steps: newSteps, epochs: newEpochs });
      remember();
      return found;
    },
  };
}

/** What JSON has of a number. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const NO_NUMBER = 'no number';

function lossText(loss: number): string {
  return Number.isFinite(loss) ? loss.toFixed(3) : NO_NUMBER;
}

function shareText(share: number): string {
  return Number.isFinite(share) ? percentText(share) : NO_NUMBER;
}

function finiteMeans(sparsity: Sparsity | undefined): LiveUpdate['sparsity'] {
  return sparsity && { ...sparsity, mean: sparsity.mean.map(finite) };
}

interface Sparsity {
  readonly target?: number;
  readonly mean: readonly number[];
}

/** Of events, where numbers may be infinite, or NaN. */
interface StepFields {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly residentBytes: number;
  /** Absent where nobody knows how many there will be. */
  readonly steps?: number;
  readonly leftMs?: number;
  readonly sparsity?: Sparsity;
}

interface EpochFields extends Pick<StepFields, 'epoch' | 'step' | 'steps' | 'sparsity'> {
  readonly training: { readonly loss: number };
  readonly validation?: { readonly loss: number };
  readonly fidelity?: { readonly shapeError: number; readonly trendError: number };
}
