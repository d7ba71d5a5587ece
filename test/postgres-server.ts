import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The folder of PostgreSQL's programs: PG_BIN, the path, or where Debian has them; undefined where there is none. */
export function postgresPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const places = [process.env.PG_BIN, ...(process.env.PATH ?? '').split(':'), ...versions.reverse()];
  return places.find((place) => place && existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
}

/** A server with a new database of its own, on a free port of the loopback interface. */
export interface PostgresServer {
  readonly url: string;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Ends it at once, as a crash does; by SIGKILL the first process alone. */
  kill(signal?: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Starts it again after that. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-augment-postgres-'));
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, encoding: 'utf8' as const };
  const data = join(folder, 'data');
  const made = spawnSync(join(programs, 'initdb'), ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8'], options);
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const url = `postgres://tester@127.0.0.1:${port}/postgres`;
  const query = async (text: string) => {
    const client = new pg.Client(url);
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  let server: ChildProcess;
  let ended: Promise<void>;
  const launch = () => {
    const child = spawn(join(programs, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
    server = child;
    ended = new Promise((resolve) => child.on('exit', () => resolve()));
  };
  const start = async () => {
    launch();
    for (let tries = 0; ; tries += 1) {
      try {
        await query('SELECT 1');
        break;
      } catch (error) {
        if (tries > 100) throw error;
        await sleep(100);
        // What a killed one has left may keep it from starting for a moment.
        if (server.exitCode !== null) launch();
      }
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    await ended;
  };
  await start();
  return {
    url,
    query,
    kill: (signal = 'SIGQUIT') => end(signal),
    restart: start,
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

function idOf(flag: '-u' | '-g'): number {
  const { stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  return stdout.trim() === '' ? 65_534 : Number(stdout);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
