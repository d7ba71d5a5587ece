import { RecordBatch } from 'apache-arrow';
import { defer, filter, finalize, map, type Observable, type OperatorFunction } from 'rxjs';
import { requireBatch } from '../batches/require-batch.js';
import { rowsInTurn } from '../batches/rows-in-turn.js';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import type { FittedModel } from '../training/fitted-model.js';
import { requireModel } from '../training/require-model.js';
import type { BatchEvent, TrainingEvent } from '../training/training-event.js';
import { mapOrdered } from './flow.js';

/** What the operators that use a model take: the events of a training, or plain batches when a model is given. */
export type BatchOrEvent = RecordBatch | TrainingEvent;

/** A batch, the model to use on it, and how many records came before it. */
export interface BatchWithModel {
  readonly batch: RecordBatch;
  readonly model: FittedModel;
  readonly offset: number;
  /**
   * What the model's columns make of the batch, row-major [rows, width]: codes or values. Made in turns of the event loop, those
   * of one batch after those of the other. Rejects with SchemaMismatchError for another schema than the model's.
   */
  codes(onUnseen?: UnseenInStream): Promise<Uint16Array | Float32Array>;
}

/** Told of a value that a model has no code for, its row counted in the stream from 0. */
export type UnseenInStream = (column: string, value: string, row: number) => void;

/** The model to use, and what makes it of use. */
export interface ModelToUse {
  /** For plain batches; undefined where events bring theirs. */
  readonly model?: FittedModel;
  /** Throws where a model, or one that is to be trained, is of no use. */
  readonly requireFit?: (model: Pick<FittedModel, 'codec' | 'variational'>) => void;
}

const KINDS: readonly TrainingEvent['kind'][] = ['start', 'step', 'epoch', 'model', 'drift', 'batch'];

/**
 * Maps the batches of a stream with a model: that of the events, or the one given. All other events pass by. A model's
 * threads are kept until a batch with another model comes and its own are done, those of the last model until the stream
 * ends. `createProject` is called once a subscription; `requireFit` for a model that is given at once, and
 * for that of a training when it starts. What is given and no model is a TypeError at once; a plain batch without a model
 * is one, and so is what is neither batch nor event.
 */
export function withModel(
  { model, requireFit = () => {} }: ModelToUse,
  createProject: () => (input: BatchWithModel) => AsyncIterable<RecordBatch>,
): OperatorFunction<BatchOrEvent, RecordBatch> {
  if (model !== undefined) {
    requireModel(model);
    requireFit(model);
  }
  return (source) =>
    defer(() => {
      const project = createProject();
      const retained = new Set<() => void>();
      const retain = (of: FittedModel) => {
        const release = of.retain();
        retained.add(release);
        return () => {
          retained.delete(release);
          release();
        };
      };
      let newest: { readonly model: FittedModel; readonly release: () => void } | undefined;
      let offset = 0;
      let encoded: Promise<unknown> = Promise.resolve();
      const inOrder = <T>(encode: () => Promise<T>): Promise<T> => {
        const own = encoded.then(encode);
        encoded = own.then(
          () => undefined,
          () => undefined,
        );
        return own;
      };
      const inputs: Observable<{ readonly input: BatchWithModel; readonly release: () => void }> = source.pipe(
        filter((value): value is RecordBatch | BatchEvent => {
          if (carriesBatch(value)) return true;
          if (value.kind === 'start' && model === undefined) requireFit(value);
          return false;
        }),
        map((value) => {
          const of = { ...withModelOf(value, model), offset };
          const input = { ...of, codes: (onUnseen?: UnseenInStream) => inOrder(() => codesOf(of, onUnseen)) };
          offset += input.batch.numRows;
          const release = retain(input.model);
          if (newest?.model !== input.model) {
            newest?.release();
            newest = { model: input.model, release: retain(input.model) };
          }
          return { input, release };
        }),
      );
      return inputs.pipe(
        // While the last records of a batch are drawn, the next batch begins.
        mapOrdered(({ input, release }) => endingWith(project(input), release), { concurrency: 2 }),
        finalize(() => {
          for (const release of retained) release();
        }),
      );
    });
}

/** Whether a value is or has a batch, as against the other events; a TypeError for what is neither. */
function carriesBatch(value: BatchOrEvent): value is RecordBatch | BatchEvent {
  if (value instanceof RecordBatch) return true;
  const { kind } = (value ?? {}) as Partial<TrainingEvent>;
  if (kind === undefined || !KINDS.includes(kind)) requireBatch(value);
  return kind === 'batch';
}

/** The outputs, and then the release, also where they are not taken to their end. */
async function* endingWith<T>(outputs: AsyncIterable<T>, release: () => void): AsyncGenerator<T, void, void> {
  try {
    yield* outputs;
  } finally {
    release();
  }
}

/** Encodes a batch, some rows at a time. */
async function codesOf(
  { batch, model, offset }: Omit<BatchWithModel, 'codes'>,
  onUnseen?: UnseenInStream,
): Promise<Uint16Array | Float32Array> {
  const { width, storage } = model.codec;
  const numbers = batch.numRows * width;
  const codes = storage === 'codes' ? new Uint16Array(numbers) : new Float32Array(numbers);
  let from = 0;
  for await (const rows of slicesInTurns(batch, rowsInTurn(width))) {
    const first = offset + from;
    codes.set(
      model.codec.encode(rows, onUnseen && ((column, value, row) => onUnseen(column, value, first + row))),
      from * width,
    );
    from += rows.numRows;
  }
  return codes;
}

function withModelOf(
  value: RecordBatch | BatchEvent,
  model: FittedModel | undefined,
): Pick<BatchWithModel, 'batch' | 'model'> {
  if (value instanceof RecordBatch) {
    if (model === undefined) {
      throw new TypeError('Expected a fitted model for plain batches: put trainVae() before, or give { model }');
    }
    return { batch: value, model };
  }
  return { batch: value.batch, model: model ?? value.model };
}
