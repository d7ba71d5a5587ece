import { type FitOptions, requireWhole, requireWithin, usualBatchRows } from './fit-options.js';

/** Options of a training in a single pass, for streams without end. */
export interface SinglePassOptions {
  /**
   * `all` (default): the input is kept, learned in several passes and then emitted. `none`: it is learned and emitted as it
   * passes; `warmUp`, `every`, `recent`, `onDrift` and `driftThreshold` are for that, while `decay`, `validation`, `patience`,
   * `maxSeconds`, `fidelity` and `stopOn` then matter only to streams that end within the warm-up.
   */
  readonly replay?: 'all' | 'none';
  /**
   * Rows that are gathered before the first model, 2 or more; default 5,000. Columns are fitted to them, the model starts with
   * 200 steps or 4 passes on them (`epochs` passes, where given), and later rows are compared with them, as many at a time.
   */
  readonly warmUp?: { readonly rows?: number };
  /** A model event each so many steps; default 200. */
  readonly every?: { readonly steps?: number };
  /**
   * The last rows, kept in memory as codes to be learned again beside new ones: `rows` of them, at least `batchRows`, default
   * 20,000 or those of a longer warm-up (at most 16 million numbers, or a batch), and how many `visits` each row gets in the
   * mean, its first included, default 8; 1 learns each once. Of a warm-up that has more rows, only the last are learned.
   */
  readonly recent?: { readonly rows?: number; readonly visits?: number };
  /**
   * What follows a `drift` event. `report` (default): nothing; what comes next is compared with the next window. `refit`:
   * columns are fitted anew to the window of rows that comes next, and a new model starts from it.
   */
  readonly onDrift?: 'report' | 'refit';
  /** Stability index above which a column has moved, 0 or more; default 0.2, the usual rule. */
  readonly driftThreshold?: number;
}

/** What the options come to. */
export interface SinglePassSettings {
  readonly windowRows: number;
  readonly modelSteps: number;
  readonly recentRows: number;
  readonly visits: number;
  readonly refit: boolean;
  readonly driftThreshold: number;
}

const SINGLE_PASS = ['warmUp', 'every', 'recent', 'onDrift', 'driftThreshold'] as const;

/** Settles the options; RangeError, naming the option, where one is out of range or would do nothing without `replay: 'none'`. */
export function settleSinglePass(options: SinglePassOptions & Pick<FitOptions, 'batchRows'>): SinglePassSettings {
  requireOneOf('replay', options.replay, ['all', 'none']);
  requireOneOf('onDrift', options.onDrift, ['report', 'refit']);
  const idle = options.replay === 'none' ? undefined : SINGLE_PASS.find((name) => options[name] !== undefined);
  if (idle !== undefined) throw new RangeError(`Expected \`replay: 'none'\` with \`${idle}\`, got \`replay: 'all'\``);
  const windowRows = options.warmUp?.rows ?? 5000;
  const batchRows = options.batchRows ?? usualBatchRows(windowRows);
  const settings = {
    windowRows,
    modelSteps: options.every?.steps ?? 200,
    recentRows: options.recent?.rows ?? Math.max(20_000, windowRows, batchRows),
    visits: options.recent?.visits ?? 8,
    refit: options.onDrift === 'refit',
    driftThreshold: options.driftThreshold ?? 0.2,
  };
  requireWhole('warmUp.rows', settings.windowRows, 2);
  requireWhole('every.steps', settings.modelSteps, 1);
  requireWhole('recent.rows', settings.recentRows, 1);
  if (settings.recentRows < batchRows) {
    throw new RangeError(`Expected recent.rows to be at least batchRows (${batchRows}), got ${settings.recentRows}`);
  }
  requireWhole('recent.visits', settings.visits, 1);
  requireWithin('driftThreshold', settings.driftThreshold, 0, 1000);
  return settings;
}

function requireOneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new RangeError(`Expected ${name} to be one of ${allowed.join(', ')}, got ${value}`);
}
