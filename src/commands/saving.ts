import { concatMap, type MonoTypeOperatorFunction, of } from 'rxjs';
import { perItem, saveModel, type TrainingEvent } from '../index.js';

/** Saves the models of a training in a folder, each in place of the one before; events go on once their model is saved. */
export function saving(directory: string): MonoTypeOperatorFunction<TrainingEvent> {
  return perItem(
    concatMap((event: TrainingEvent) =>
      event.kind === 'model' ? saveModel(event.model, directory).then(() => event) : of(event),
    ),
  );
}
