import { parentPort } from 'node:worker_threads';
import { giveWay } from '../engine/give-way.js';
import { messageOf } from '../message-of.js';
import type { GateRequest } from './gate-thread.js';
import { createGuard, type Guard } from './guard.js';
import { type RecordColumn, recordSpace } from './record-space.js';

/** The thread of a gate: says what its bound is, then judges the records that it is sent, in their order. */
giveWay();

// Its reference comes as a message, not as `workerData`, which would keep the columns beside the points they become.
parentPort?.once('message', (request: GateRequest) => {
  try {
    const { guard, place } = prepare(request);
    const { minDistance, freshShare, repeated, guarded } = guard;
    parentPort?.postMessage({ value: { minDistance, freshShare, repeated, guarded } });
    parentPort?.on('message', (columns: readonly RecordColumn[]) =>
      parentPort?.postMessage({ value: guard.judge(place(columns)) }),
    );
  } catch (error) {
    parentPort?.postMessage({ error: messageOf(error) });
  }
});

function prepare({ reference, fresh, rule }: GateRequest): {
  readonly guard: Guard;
  readonly place: ReturnType<typeof recordSpace>['place'];
} {
  const space = recordSpace(reference);
  const others = fresh instanceof Int32Array ? fresh : space.place(fresh);
  return { guard: createGuard(space, space.place(reference), others, rule), place: space.place };
}
