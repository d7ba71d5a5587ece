import type { Binding } from './bound-session.js';
import { inTurn } from './in-turn.js';
import { createSession } from './ort.js';
import { type SharedTraining, type Slots, slotsOf } from './shared-step.js';
import { bindTo, slotArrays } from './slot-arrays.js';

/** Computes the metrics of steps that were taken. */
export interface Report {
  /** Of the steps in these slots. */
  run(slots: Slots): void | Promise<void>;
  /** Frees its session, after which it cannot be used. */
  close(): void;
}

/** The report of a training whose metrics are computed apart from the gradients; undefined for any other. */
export async function createReport(shared: SharedTraining): Promise<Report | undefined> {
  const { report } = shared.compiled;
  if (report === undefined) return undefined;
  const session = await createSession(report.onnx, { planMemory: true });
  const bindings = new Map<number, Binding>();
  return {
    run: (slots) =>
      inTurn(slotsOf(slots), (slot) => {
        const binding = bindings.get(slot) ?? bindTo(session, slotArrays(shared, slot, 0));
        bindings.set(slot, binding);
        return binding.run();
      }),
    close: () => session.close(),
  };
}
