import { isClosedOutput } from './closed-output.js';
import { errorEvent } from './error-event.js';
import { createEventLog } from './event-log.js';
import type { Io } from './io.js';
import { createReporter, type Listener, type ReporterFlags } from './reporter.js';
import { createSession, type Session } from './session.js';

/** What watches a training besides standard error. */
export interface WatchFlags {
  /** A file for the events. */
  readonly log?: string;
  /** Whether to serve a page that shows the training. */
  readonly ui?: boolean;
  /** Its port on this machine; by default one that is free. */
  readonly port?: number;
}

/** Runs a command's work in a session that is watched as the flags say; what watches it hears of its error, and ends with it. */
export async function watchedSession(
  flags: ReporterFlags & WatchFlags,
  io: Io,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const listeners: Listener[] = [];
  try {
    if (flags.log !== undefined) listeners.push(createEventLog(flags.log));
    if (flags.ui) listeners.push(await openLiveView(flags, io));
    await work(createSession(flags, io, listeners));
  } catch (error) {
    if (!io.signal.aborted && !isClosedOutput(error)) {
      for (const listener of listeners) listener.note(undefined, errorEvent(error));
    }
    throw error;
  } finally {
    await Promise.allSettled(listeners.map((listener) => listener.close()));
  }
}

/** The page, its address told even where all else is quiet: without it nobody could open it. */
async function openLiveView({ json = false, port }: ReporterFlags & WatchFlags, io: Io): Promise<Listener> {
  const { openLiveView } = await import('./live/open-live-view.js');
  const view = await openLiveView(port);
  createReporter({ json }, io).note(`watch it at ${view.url}`, { event: 'ui', url: view.url });
  return view;
}
