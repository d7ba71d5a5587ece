import type { Listener } from '../reporter.js';
import { UsageError } from '../usage-error.js';
import { createLiveServer } from './live-server.js';
import { createLiveState, type LiveEvent } from './live-state.js';
import { livePage } from './page.js';

/** Milliseconds between points of the curves, and between messages. */
const EVERY_MS = 250;

/** A page that shows a training while it goes on. */
export interface LiveView extends Listener {
  readonly url: string;
}

/**
 * Serves the page, on a port of this machine or on one that is free, until it is closed; pages that are open then keep what
 * they show. UsageError where the port is taken or not allowed.
 */
export async function openLiveView(port = 0): Promise<LiveView> {
  const state = createLiveState();
  const sendNews = () => {
    const news = state.news();
    if (news !== undefined) server.send(JSON.stringify(news));
  };
  const greet = () => {
    sendNews(); // So that nobody is told twice.
    return JSON.stringify(state.history());
  };
  const server = await createLiveServer({ page: livePage(), port, greet }).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`Expected a port that is free, got ${port} (${cause.code})`, { cause });
  });
  const timer = setInterval(sendNews, EVERY_MS).unref();
  let last = Number.NEGATIVE_INFINITY;
  return {
    url: server.url,
    status(_text, event) {
      const now = performance.now();
      if (now - last < EVERY_MS) return;
      last = now;
      state.add(event() as LiveEvent);
    },
    note: (text, event) => state.add(event as LiveEvent, text),
    end() {},
    async close() {
      clearInterval(timer);
      sendNews();
      state.end();
      await server.close(JSON.stringify(state.news()));
    },
  };
}
