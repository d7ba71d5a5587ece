import { valueText } from '../value-text.js';

/** A TypeError for what is no connection to PostgreSQL: without one, the client would take whatever server the machine has. */
export function requireConnection(connection: unknown): void {
  if (typeof connection === 'string' ? connection !== '' : typeof connection === 'object' && connection !== null)
    return;
  const expected = 'Expected `connection` as postgres://user@host/database or the settings of a client';
  throw new TypeError(`${expected}, got ${valueText(connection)}`);
}
