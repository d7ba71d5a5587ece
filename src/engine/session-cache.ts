import type { BoundSession } from './bound-session.js';
import { createSession } from './ort.js';

/** Sessions of named graphs, each made when it is first asked for. */
export interface SessionCache {
  /** Rejects with a RangeError that names the graphs where there is none of the name. */
  of(graph: string): Promise<BoundSession>;
  /** Frees them, also those that are still being made. */
  close(): Promise<void>;
}

/** A cache for graphs, whole ONNX files by name. */
export function createSessionCache(graphs: Readonly<Record<string, Uint8Array>>): SessionCache {
  const sessions = new Map<string, Promise<BoundSession>>();
  return {
    async of(graph) {
      const known = sessions.get(graph);
      if (known !== undefined) return known;
      const bytes = graphs[graph];
      if (bytes === undefined)
        throw new RangeError(`Expected one of the graphs ${Object.keys(graphs).join(', ')}, got \`${graph}\``);
      const session = createSession(bytes);
      sessions.set(graph, session);
      return session;
    },
    async close() {
      for (const session of await Promise.allSettled(sessions.values())) {
        if (session.status === 'fulfilled') session.value.close();
      }
    },
  };
}
