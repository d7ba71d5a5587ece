import type pg from 'pg';
import type * as Copy from 'pg-copy-streams';
import { loadPeer } from '../peer.js';

/** What talks to PostgreSQL. */
export interface Postgres {
  /** A client that is not connected yet. Throws for a connection that cannot be understood. */
  clientOf(connection: string | object): pg.Client;
  /** Ends a client's connection at once, whatever it waits for; a transaction that was open is rolled back. */
  hangUp(client: pg.Client): void;
  readonly copyFrom: typeof Copy.from;
  readonly copyTo: typeof Copy.to;
}

/** The packages that talk to PostgreSQL. Rejects where one is not installed, saying how to. */
export async function loadPostgres(): Promise<Postgres> {
  const install = 'npm install pg pg-copy-streams';
  const { default: driver } = await loadPeer(() => import('pg'), install);
  const { from: copyFrom, to: copyTo } = await loadPeer(() => import('pg-copy-streams'), install);
  return {
    clientOf: (connection) => new driver.Client(connection as string | pg.ClientConfig),
    hangUp: (client) =>
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(),
    copyFrom,
    copyTo,
  };
}
