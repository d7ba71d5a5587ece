import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/commands/program.js';
import { toParquet } from '../../src/sinks/to-parquet.js';
import { fromDuckdb } from '../../src/sources/from-duckdb.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../postgres-server.js';
import { collect } from '../sources/fixtures.js';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

let place: Workplace;
beforeAll(async () => {
  place = await createWorkplace();
  await writeFile(place.at('in.csv'), `${orders(300).join('\n')}\n`);
});
afterAll(() => rm(place.folder, { recursive: true }));

const SMALL = ['--epochs', '1', '--hidden', '16'];
const ENDLESS = '(SELECT * FROM orders CROSS JOIN generate_series(1, 1000000) AS n(i))';
const COLUMNS = 'id, colour, size, price, time, place';

/** Runs a command that must succeed; its standard output. */
async function does(args: readonly string[], env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await (env === undefined ? place.run(args) : place.spawn(args, { env }));
  expect(code, stderr).toBe(0);
  return stdout.toString();
}

/** A command line, in this process, that must be refused, having written nothing: an error ends the process with 1, a UsageError with 2. */
async function refused(args: readonly string[], message: string | RegExp, kind = 'Error'): Promise<void> {
  const quiet = () => new PassThrough().resume();
  const io = { stdin: quiet(), stdout: quiet(), stderr: quiet(), signal: new AbortController().signal };
  const program = createProgram('0', { ...io, residentBytes: () => 0 });
  const before = readdirSync(place.folder);
  const error = await program.parseAsync(['node', 'rx-augment', ...args]).catch((error: Error) => error);
  if (!(error instanceof Error)) throw new Error(`Expected ${args.join(' ')} to be refused`);
  if (typeof message === 'string') expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
  expect(error.name).toBe(kind);
  expect(readdirSync(place.folder)).toEqual(before);
}

describe('DuckDB on the command line', () => {
  const count = async (path: string, table: string, where = 'true') => {
    const query = `SELECT count(*)::INTEGER AS n FROM "${table}" WHERE ${where}`;
    const [batch] = await collect(fromDuckdb({ path: place.at(path), query }));
    return batch!.getChild('n')!.get(0);
  };

  beforeAll(async () => {
    await does(['augment', '1', 'in.csv', '-o', 'shop.duckdb#orders', '--save-model', 'first', ...SMALL]);
    await does(['train', 'shop.duckdb#orders', '--model', 'model', ...SMALL]);
  });

  it('writes a table and says where', async () => {
    const { stderr } = await place.run(['sample', '20', '--model', 'model', '-o', 'sub.ddb#some%20%22new%22%2Eones']);
    expect(stderr).toMatch(/\n20 rows out to sub\.ddb#some%20%22new%22%2Eones, [\d.]+ s\n$/);
    expect(await count('sub.ddb', 'some ""new"".ones')).toBe(20);
  });

  it('reads a table as the same rows that a file gives', async () => {
    const [file, table] = ['rows.arrow', 'rows.duckdb#main.rows'];
    for (const output of [file, table]) await does(['sample', '300', '--model', 'model', '-o', output]);
    const variants = (input: string) => does(['augment', '2', input, '--model', 'model']);
    expect(await variants(table)).toBe(await variants(file));
  });

  it('takes other widths and units for those of a model of the same table as CSV, but no other values', async () => {
    const wider = (size: string) => `SELECT * REPLACE (${size} AS size) FROM orders`;
    const args = ['augment', '2', 'shop.duckdb', '--model', 'first', '--query'];
    const rows = await does([...args, wider('size::BIGINT')]);
    // What was written into the table.
    await writeFile(place.at('orders.csv'), await does(['augment', '1', 'in.csv', '--model', 'first']));
    expect(rows).toBe(await does(['augment', '2', 'orders.csv', '--model', 'first']));
    await refused(
      [
        'augment',
        '2',
        place.at('shop.duckdb'),
        '--model',
        place.at('first'),
        '--query',
        wider('size::BIGINT + 3000000000'),
      ],
      /^Expected `int32`, got `30000000\d\d` \(.*shop\.duckdb, row 1, column `size`\)$/,
      'InputError',
    );
  });

  it('reads a query, its semicolon or not, also without a database', async () => {
    const query = ['--query', `SELECT ${COLUMNS} FROM orders WHERE size < 10; `];
    await does(['score', 'shop.duckdb', ...query, '--model', 'model', '-o', 'scores.duckdb#scores']);
    expect(await count('scores.duckdb', 'scores')).toBe(await count('shop.duckdb', 'orders', 'size < 10'));
    const { stderr } = await place.run(['train', 'duckdb:', '--query', "FROM 'in.csv'", '--model', 'other', ...SMALL]);
    expect(stderr).toMatch(/^trained on 300 rows/);
  });

  it('appends to, replaces and adds to the file that it reads', async () => {
    await does(['sample', '400', '--model', 'model', '-o', 'duckdb:own.db#t']);
    const own = ['augment', '1', 'duckdb:own.db#t', '--model', 'model', '-o'];
    await does([...own, 'duckdb:./own.db#t', '--if-exists', 'append']);
    expect(await count('own.db', 't')).toBe(1200);
    await does([...own, 'duckdb:own.db#t', '--if-exists', 'replace']);
    expect(await count('own.db', 't')).toBe(2400);
    const gate = ['--gate', 'duckdb:own.db#t', '--min-distance', '0'];
    await does(['sample', '5', '--model', 'model', ...gate, '-o', 'duckdb:own.db#gated']);
    expect(await count('own.db', 'gated')).toBe(5);
  });

  it('reports on tables', async () => {
    const args = ['report', 'shop.duckdb#orders', 'shop.duckdb#orders', '--json', '--quiet'];
    expect(JSON.parse(await does(args)).verdict.findings.length).toBeGreaterThan(0);
  });

  it('says what is wrong in one line, before it trains', async () => {
    const at = (name: string) => place.at(name);
    const augment = ['augment', '1', at('in.csv'), '-o'];
    await refused(
      [...augment, at('shop.duckdb#orders')],
      `Expected table \`orders\` of \`${at('shop.duckdb')}\` to take the rows, got: Catalog Error: Table with name "orders" already exists! (--if-exists append or replace)`,
    );
    await refused([...augment, at('shop.duckdb#none'), '--if-exists', 'append'], /`none`.*does not exist/);
    await refused([...augment, at('nowhere/shop.duckdb#t')], /nowhere\/shop\.duckdb` to take the rows, got: ENOENT/);
    await refused([...augment, at('in.csv/shop.duckdb#t')], /to take the rows, got: ENOTDIR/);
    const train = (input: string, ...more: string[]) => ['train', at(input), '--model', at('never'), ...more];
    await refused(train('none.duckdb#t'), /^Expected the rows of table `t` of `.*none.duckdb`, got: IO Error/);
    await refused(train('shop.duckdb#none'), /Table with name none does not exist/);
    await writeFile(at('damaged.duckdb'), 'nonsense');
    await refused(train('damaged.duckdb#t'), /not a valid DuckDB database file/);
    await refused([...augment, at('damaged.duckdb#t')], /not a valid DuckDB database file/);
    expect(await readFile(at('damaged.duckdb'), 'utf8')).toBe('nonsense');
    const nothing = ['--query', 'SELECT 1 AS id WHERE false'];
    await refused(
      train('shop.duckdb', ...nothing),
      /^Expected at least 1 row, got 0 \(.*shop\.duckdb\)$/,
      'InputError',
    );
  });

  it.each<[string[], string]>([
    [['train', 'a.duckdb'], 'Expected a table, as shop.duckdb#customers, or else --query SQL, got neither (a.duckdb)'],
    [
      ['train', 'a.ddb#b', '--query', 'SELECT 1'],
      'Expected a table, as shop.duckdb#customers, or else --query SQL, got both (a.ddb#b)',
    ],
    [
      ['train', 'in.csv', '--query', 'SELECT 1'],
      'Expected --query with a database, as postgres://host/shop or shop.duckdb, got in.csv',
    ],
    [['augment', '1', '-o', 'a.duckdb'], 'Expected a table to write, as a.duckdb#new_table, got none'],
    [['augment', '1', '-o', 'duckdb:#t'], 'Expected a file to write, as duckdb:shop.db#t, got none'],
    [['augment', '1', '-o', 'a.duckdb#t', '--format', 'csv'], 'Expected --format with a file, got a.duckdb#t'],
    [
      ['augment', '1', '-o', 't.csv', '--if-exists', 'fail'],
      'Expected --if-exists with -o DATABASE#TABLE, got another output',
    ],
    ...['', '.', 'a.', 'a.b.c', '%', 'a/b'].map((name): [string[], string] => [
      ['train', `a.duckdb#${name}`],
      'Expected #table or #schema.table behind the database, got something else: in names and passwords write # as %23, @ as %40, / as %2F, . as %2E and % as %25',
    ]),
  ])('%j is wrong usage', async (args, message) => {
    await refused(args[0] === 'train' ? [...args, '--model', place.at('never')] : args, message, 'UsageError');
  });

  it('leaves nothing when it is interrupted', async () => {
    const before = readdirSync(place.folder);
    const query = `SELECT ${COLUMNS} FROM ${ENDLESS}`;
    for (const output of ['never.duckdb#t', 'shop.duckdb#never']) {
      const args = ['augment', '1', 'shop.duckdb', '--query', query, '--model', 'model', '-o', output, '--json'];
      const { code } = await place.spawn(args, { signal: { name: 'SIGINT', when: /"event":"write"/ } });
      expect(code).toBe(130);
    }
    expect(readdirSync(place.folder)).toEqual(before);
    await expect(count('shop.duckdb', 'never')).rejects.toThrow('does not exist');
    expect(await count('shop.duckdb', 'orders')).toBe(600);
  });
});

const programs = postgresPrograms();
if (programs === undefined) console.warn('Skipped: no PostgreSQL server for the command line');

describe.skipIf(programs === undefined)('PostgreSQL on the command line', () => {
  let server: PostgresServer;
  const at = (table: string) => `${server.url}#${table}`;
  const count = async (table: string) => (await server.query(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;
  const tables = async () =>
    (
      await server.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname IN ('public', 'side') ORDER BY 1`)
    ).map(({ name }) => name);
  const sessions = async (like = '%') =>
    (
      await server.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid() AND query LIKE '${like}'`,
      )
    ).length;
  const closed = () => expect.poll(sessions, { timeout: 10_000 }).toBe(0);

  beforeAll(async () => {
    server = await startPostgres(programs!);
    await does(['augment', '1', 'in.csv', '-o', at('orders'), ...SMALL]);
    await does(['train', at('orders'), '--model', 'pg-model', ...SMALL]);
  });
  afterAll(() => server.stop());

  const endless = () => {
    const query = `SELECT ${COLUMNS} FROM ${ENDLESS} AS many`;
    return ['augment', '1', server.url, '--query', query, '--model', 'pg-model', '-o', at('never'), '--json'];
  };

  it('goes from table to table, to a file and back', async () => {
    await server.query('CREATE SCHEMA side');
    const { stderr } = await place.run(['augment', '1', at('orders'), '-o', at('side.Some%20orders'), ...SMALL]);
    expect(stderr).toContain(`\n600 rows in, 1,200 rows out to ${at('side.Some%20orders')}, `);
    expect(await count('side."Some orders"')).toBe(1200);
    await does(['sample', '50', '--model', 'pg-model', '-o', 'from-postgres.duckdb#orders']);
    const scores = ['score', 'from-postgres.duckdb#orders', '--model', 'pg-model', '-o', at('scores')];
    await does(scores);
    await does([...scores, '--if-exists', 'append']);
    expect(await count('scores')).toBe(100);
    const query = ['--query', 'SELECT * FROM orders WHERE size < 5;'];
    expect(await does(['encode', server.url, ...query, '--model', 'pg-model'])).toMatch(/^mu_0,/);
    await closed();
  });

  it('does what README says', async () => {
    await server.query(
      "CREATE TABLE customers AS SELECT i % 60 AS age, 'city ' || i % 5 AS city FROM generate_series(1, 300) AS n(i)",
    );
    await mkdir(place.at('weather'));
    const weather = fromDuckdb({ query: "SELECT i % 7 AS wind, 'sun ' || i % 3 AS sky FROM range(300) AS t(i)" });
    await lastValueFrom(weather.pipe(toParquet(place.at('weather/a.parquet'))));
    const readme = await readFile(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
    const [, block = ''] = /wherever a file does:\n\n```\n(.*?)```/s.exec(readme) ?? [];
    const commands = block.trimEnd().split('\n');
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      const words = command.replaceAll('postgres://localhost/shop', server.url).match(/"[^"]*"|\S+/g) ?? [];
      await does([...words.slice(1).map((word) => word.replaceAll('"', '')), '--quiet']);
    }
    expect(await count('synthetic')).toBe(10_000);
  });

  it('replaces the table that it reads', async () => {
    await does(['sample', '20000', '--model', 'pg-model', '-o', at('own')]);
    await does(['augment', '1', at('own'), '--model', 'pg-model', '-o', at('own'), '--if-exists', 'replace']);
    expect(await count('own')).toBe(40_000);
    await closed();
  });

  it('takes from the environment what is not said', async () => {
    const { hostname, port, username } = new URL(server.url);
    const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: 'postgres' };
    const lines = (await does(['score', 'postgresql://#orders', '--model', 'pg-model'], env)).trimEnd().split('\n');
    expect(lines).toHaveLength(601);
  });

  it('says what is wrong in one line, before it trains', async () => {
    const before = await tables();
    const augment = ['augment', '1', place.at('in.csv'), '-o'];
    const taking = 'Expected the database to take the rows for table';
    await refused(
      [...augment, at('orders')],
      `${taking} \`orders\`, got: relation "orders" already exists (--if-exists append or replace)`,
    );
    await refused([...augment, at('no.t')], `${taking} \`t\`, got: schema "no" does not exist`);
    await refused(
      [...augment, at('no'), '--if-exists', 'append'],
      `${taking} \`no\`, got: relation "no" does not exist`,
    );
    await refused([...augment, `${server.url}x#t`], `${taking} \`t\`, got: database "postgresx" does not exist`);
    const nobody = 'postgres://x:hidden@127.0.0.1';
    await refused([...augment, `${nobody}:1/x#t`], `${taking} \`t\`, got: connect ECONNREFUSED 127.0.0.1:1`);
    await refused([...augment, `${nobody}:y/x#t`], `${taking} \`t\`, got: Invalid URL`);
    await server.query('CREATE VIEW looks AS SELECT * FROM orders');
    await refused(
      [...augment, at('orders'), '--if-exists', 'replace'],
      /cannot drop table orders because other objects/,
    );
    await server.query('DROP VIEW looks');
    const train = (input: string, ...more: string[]) => ['train', input, '--model', place.at('never'), ...more];
    await refused(train(at('none')), 'Expected the rows of table `none`, got: relation "none" does not exist');
    await refused(train(server.url, '--query', 'SELEC 1'), /^Expected the rows of the query, got: syntax error/);
    await refused(train(`${nobody}:1/x#t`), 'Expected the rows of table `t`, got: connect ECONNREFUSED 127.0.0.1:1');
    await refused(train(`${nobody}:y/x#t`), 'Expected the rows of table `t`, got: Invalid URL');
    await refused(train('postgres://x:hid#en@h/x#t'), /^Expected #table(?!.*hid|.*en@)/, 'UsageError');
    await refused(
      train('postgres://x:hid/d@en@h/x?password=hidden'),
      'Expected a table, as shop.duckdb#customers, or else --query SQL, got neither (postgres://x@h/x)',
      'UsageError',
    );
    await closed();
    expect(await tables()).toEqual(before);
  });

  it('does not tell a password, right or wrong', async () => {
    const [{ hba_file: file }] = (await server.query('SHOW hba_file')) as [{ hba_file: string }];
    await server.query("CREATE ROLE guarded LOGIN PASSWORD 'r1ghtly'; GRANT ALL ON SCHEMA public TO guarded");
    await server.query('GRANT SELECT ON orders TO guarded');
    const lines = "(VALUES ('host all guarded all scram-sha-256'), ('host all all all trust'))";
    await server.query(`COPY (SELECT * FROM ${lines} AS l) TO '${file}'; SELECT pg_reload_conf()`);
    const url = (password: string) => server.url.replace('tester@', `guarded${password}@`);
    const wrong = await place.run([
      'sample',
      '1',
      '--model',
      'pg-model',
      '-o',
      `${url(':wr0ng')}#t`,
      '--debug',
      '--json',
    ]);
    expect(wrong.stderr).toContain('password authentication failed for user \\"guarded\\"');
    expect([wrong.code, wrong.stderr.includes('wr0ng')]).toEqual([1, false]);

    const orders = `${url(':r1ghtly')}#orders`;
    const right = await place.run(['augment', '1', orders, '--model', 'pg-model', '-o', `${orders}_guarded`, '--json']);
    expect(right.stderr).toContain(',"target":"postgres://guarded@127.0.0.1:');
    expect(right.stderr).not.toContain('r1ghtly');
    await does(['score', `${url('')}#orders`, '--model', 'pg-model'], { PGPASSWORD: 'r1ghtly' });
    await writeFile(place.at('pgpass'), '*:*:*:guarded:r1ghtly\n', { mode: 0o600 });
    const env = { PGPASSFILE: place.at('pgpass') };
    await does(['score', `${url('')}#orders`, '--model', 'pg-model'], env);
    const append = ['-o', orders, '--if-exists', 'append'];
    await refused(['augment', '1', place.at('in.csv'), ...append], /permission denied for table orders$/);
  });

  it('leaves no row and no connection when it is interrupted', async () => {
    const { code, stderr } = await place.spawn(endless(), { signal: { name: 'SIGINT', when: /"event":"write"/ } });
    expect([code, stderr.includes('"error"')]).toEqual([130, false]);
    await closed();
    expect(await tables()).not.toContain('never');
  });

  it('says that the server was killed, and leaves no row', async () => {
    const running = place.spawn(endless());
    await expect.poll(() => sessions('COPY%'), { timeout: 30_000 }).toBe(2);
    await server.kill('SIGKILL');
    const { code, stderr } = await running;
    const last = stderr.trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({
      event: 'error',
      message: expect.stringMatching(
        /^Expected the (rows of the query|database to take the rows for table `never`), got: /,
      ),
    });
    expect(code).toBe(1);
    await server.restart();
    expect(await tables()).not.toContain('never');
  });
});
