import { EngineError } from '../errors.js';
import type { Losses } from './training-progress.js';

/** The losses themselves; an EngineError that names the place where they are not finite. */
export function requireFinite(losses: Losses, where: string): Losses {
  if (Number.isFinite(losses.loss)) return losses;
  throw new EngineError(`Expected a finite loss, got ${losses.loss} in ${where}; a lower learning rate may help`);
}
