import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bytes that may wait for a reader: one that takes nothing is let go, and may come again. */
const MOST_WAITING = 1_000_000;
/** Milliseconds that readers have for the last message. */
const GRACE_MS = 500;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** What is served. */
export interface LiveServerOptions {
  /** The page, as HTML. */
  readonly page: string;
  /** A port of this machine; 0 for one that is free. */
  readonly port: number;
  /** The first message for a reader; those who read already have had all there is. */
  greet(): string;
}

/** A page on this machine, and messages to those who read it. */
export interface LiveServer {
  readonly url: string;
  readonly readers: number;
  send(message: string): void;
  /** Sends a last message and ends, within half a second. */
  close(message: string): Promise<void>;
}

/**
 * Serves a page and its messages (server-sent events, at `/events`) to this machine alone: on the loopback address, and only
 * under its names, so that no other site can have a browser read it (DNS rebinding). It does not keep the process alive.
 * Rejects where the port cannot be had.
 */
export async function createLiveServer({ page, port, greet }: LiveServerOptions): Promise<LiveServer> {
  const readers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const status = statusOf(request);
    if (status !== 200) {
      response.writeHead(status, HEADERS).end();
    } else if (request.url === '/') {
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' }).end(page);
    } else {
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream', Connection: 'close' });
      response.write(asEvent(greet()));
      readers.add(response);
      response.on('close', () => readers.delete(response)).on('error', () => readers.delete(response));
    }
  });
  server.on('connection', (socket) => socket.unref());
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get readers() {
      return readers.size;
    },
    send(message) {
      for (const reader of readers) {
        if (reader.writableLength > MOST_WAITING) reader.destroy();
        else reader.write(asEvent(message));
      }
    },
    async close(message) {
      server.close();
      const ended = [...readers].map((reader) => {
        reader.end(asEvent(message));
        return new Promise((resolve) => reader.once('close', resolve));
      });
      await withinGrace(Promise.all(ended));
      server.closeAllConnections();
    },
  };
}

/** Waits for so long at most; the timer keeps the process until then, for the connections do not. */
function withinGrace(work: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GRACE_MS, undefined);
    void work.then(resolve).finally(() => clearTimeout(timer));
  });
}

function statusOf({ method, url, headers }: IncomingMessage): number {
  if (!isLoopback(headers.host)) return 403;
  if (url !== '/' && url !== '/events') return 404;
  return method === 'GET' ? 200 : 405;
}

function isLoopback(host = ''): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

function asEvent(message: string): string {
  return `data: ${message}\n\n`;
}
