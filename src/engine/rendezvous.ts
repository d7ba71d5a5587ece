import { EngineError } from '../errors.js';

/** Words of a control array: how many have arrived, which meeting this is, and whether all is over. */
const ARRIVED = 0;
const MEETING = 1;
const ENDED = 2;

/** The length of a control array. */
export const CONTROL_WORDS = 3;

/** Rounds of looking before sleeping: about 50 microseconds, since waking a sleeping thread costs more. */
const SPINS = 20_000;

/** Waits until all `parties` threads have come here; throws an EngineError when the training was ended meanwhile. */
export function meet(control: Int32Array, parties: number): void {
  if (parties === 1) return;
  const meeting = Atomics.load(control, MEETING);
  if (Atomics.add(control, ARRIVED, 1) + 1 === parties) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.add(control, MEETING, 1);
    Atomics.notify(control, MEETING);
    return;
  }
  for (let i = 0; i < SPINS; i += 1) if (Atomics.load(control, MEETING) !== meeting) return;
  while (Atomics.load(control, MEETING) === meeting) {
    throwIfEnded(control);
    Atomics.wait(control, MEETING, meeting, 100);
  }
}

/** Whether the training was ended. */
export function isEnded(control: Int32Array): boolean {
  return Atomics.load(control, ENDED) === 1;
}

/** Throws an EngineError when the training was ended. */
export function throwIfEnded(control: Int32Array): void {
  if (isEnded(control)) throw new EngineError('Training was ended');
}

/** Lets nobody wait, or begin anything, any longer. */
export function endMeetings(control: Int32Array): void {
  Atomics.store(control, ENDED, 1);
  Atomics.notify(control, MEETING);
}
