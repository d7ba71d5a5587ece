import { createReport } from './create-report.js';
import { giveWay } from './give-way.js';
import { loadRuntime } from './ort.js';
import type { ReportingPlace, TakenSteps } from './shared-step.js';
import { listenToRequests } from './training-requests.js';

/** The thread that computes what steps report, while the next are taken, and answers for both. */
const requests = listenToRequests<ReportingPlace, TakenSteps>();
// Steps and the main thread go first: a report is not waited for until the next are taken.
giveWay();
void loadRuntime();
const { shared, taken } = await requests.begun();
const report = await createReport(shared);
requests.hear(taken);
await requests.answer((steps) => {
  if ('error' in steps) throw new Error(steps.error);
  return report?.run(steps);
});
taken.close();
report?.close();
requests.close();
