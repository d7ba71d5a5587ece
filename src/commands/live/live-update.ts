/** What a page is told, as JSON: the state of a training, and the points of its curves that are new. */
export interface LiveUpdate {
  /** Whether the points are all there are, and replace those that came before. */
  readonly first: boolean;
  readonly phase: 'waiting' | 'reading' | 'training' | 'writing' | 'done' | 'failed' | 'stopped';
  /** What goes on, for people. */
  readonly headline: string;
  /** Share of the training that is done, in [0, 1]. */
  readonly progress?: number;
  /** Names and values to show. */
  readonly facts: readonly (readonly [string, string])[];
  readonly steps: readonly StepPoint[];
  readonly epochs: readonly EpochPoint[];
  /** The latest; absent where no sparsity is asked for. */
  readonly sparsity?: { readonly target?: number; readonly mean: readonly (number | null)[] };
  /** What was remarked, oldest first: the last ones. */
  readonly remarks: readonly string[];
}

/** A moment of a training. */
export interface StepPoint {
  readonly step: number;
  /** Null where it is no number: infinite, or none at all. */
  readonly loss: number | null;
  readonly rowsPerSecond: number;
  readonly residentBytes: number;
}

/** The end of an epoch; losses and errors are null where they are no numbers. */
export interface EpochPoint {
  readonly epoch: number;
  /** The last step of it. */
  readonly step: number;
  readonly training: number | null;
  readonly validation?: number | null;
  readonly shapeError?: number | null;
  readonly trendError?: number | null;
}
