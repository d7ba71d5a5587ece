import { Field, type RecordBatch, Schema, Utf8, vectorFromArray } from 'apache-arrow';
import pg from 'pg';
import { concat, from, lastValueFrom, NEVER, type Observable, of, throwError } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { typeName } from '../../src/batches/type-name.js';
import { loadPeer } from '../../src/peer.js';
import { requirePostgresPlace } from '../../src/sinks/require-postgres-place.js';
import { toPostgres } from '../../src/sinks/to-postgres.js';
import { fromPostgres } from '../../src/sources/from-postgres.js';
import { describeQuerySource } from '../conformance/describe-query-source.js';
import { batchOf } from '../conformance/describe-sink.js';
import { describeTableSink } from '../conformance/describe-table-sink.js';
import { everyType } from '../parquet-table.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../postgres-server.js';
import { collect, rowsOf } from '../sources/fixtures.js';

const programs = postgresPrograms();
if (programs === undefined)
  console.warn('Skipped: no PostgreSQL server (set PG_BIN to the folder of initdb and postgres)');

/** The batch without a column. */
function without(batch: RecordBatch, name: string): RecordBatch {
  const kept = batch.schema.fields.flatMap((field, i) => (field.name === name ? [] : [i]));
  const schema = new Schema(kept.map((i) => batch.schema.fields[i]!));
  return toBatch(
    schema,
    batch.numRows,
    kept.map((i) => batch.data.children[i]!),
  );
}

function texts(name: string, values: (string | null)[]): RecordBatch {
  const schema = new Schema([new Field(name, new Utf8(), true)]);
  return toBatch(schema, values.length, [vectorFromArray(values, new Utf8()).data[0]!]);
}

describe('loadPeer', () => {
  it('says how to install what is missing', async () => {
    const missing: string = 'no-such-package-anywhere';
    await expect(loadPeer(() => import(missing), 'npm install pg pg-copy-streams')).rejects.toThrow(
      'Expected the package `no-such-package-anywhere` to be installed: run `npm install pg pg-copy-streams`',
    );
  });
});

describe.skipIf(programs === undefined)('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs!);
  });
  afterAll(() => server.stop());

  const write = (table: string, options = {}) => toPostgres({ connection: server.url, table, ...options });
  const read = (options: { table?: string; query?: string; batchRows?: number }) =>
    collect(fromPostgres({ connection: server.url, ...options }));
  const exists = async (table: string) =>
    (await server.query(`SELECT 1 FROM pg_tables WHERE tablename = '${table}'`)).length > 0;
  const sessions = async () =>
    (await server.query(`SELECT 1 FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()`))
      .length;

  const closed = () => expect.poll(sessions).toBe(0);

  describeQuerySource({
    name: 'fromPostgres',
    open: (rows, options) =>
      fromPostgres({
        connection: server?.url ?? '',
        query: `SELECT i AS id, CASE WHEN i % 5 > 0 THEN 'name ' || i END AS name FROM generate_series(0, ${rows - 1}) AS i`,
        ...options,
      }),
    openNothing: () => fromPostgres({ connection: server.url, table: 'nowhere' }),
    closed,
  });

  describeTableSink({
    name: 'toPostgres',
    sink: (table, options) => write(table, options),
    read: async (table) =>
      (await exists(table)) ? (await server.query(`SELECT * FROM ${table}`)).map(Object.values) : undefined,
    closed,
  });

  it('takes rows of every type, with nulls, and gives them back', async () => {
    const batch = without(everyType(), 'ns');
    const written = await lastValueFrom(of(batch, batch).pipe(write('types')));
    expect(written).toMatchObject({ rows: 6, target: 'types' });
    const [first, second, third] = await server.query(
      `SELECT flag, tiny, whole, long::text, "natural"::text, large::text, single, "real", text, word, bytes, fixed,
       day::text, ms::text, (us AT TIME ZONE 'UTC')::text AS us, money::text, id FROM types LIMIT 3`,
    );
    expect(first).toEqual({
      flag: true,
      tiny: -128,
      whole: -2147483648,
      long: '-9223372036854775808',
      natural: '4294967295',
      large: '18446744073709551615',
      single: 0.5,
      real: 0.1,
      text: 'ü😀',
      word: 'red',
      bytes: Buffer.from([0, 255]),
      fixed: Buffer.from([1, 2]),
      day: '1969-12-31',
      ms: '1969-12-31 23:59:59.999',
      us: '1970-01-01 00:00:00.0015',
      money: '-1.23',
      id: 1,
    });
    expect(second).toMatchObject({ flag: false, real: Number.POSITIVE_INFINITY, text: '', bytes: Buffer.alloc(0) });
    expect(Object.values(third!).filter((value) => value !== null)).toEqual([3]);

    const [back] = await read({ table: 'types' });
    expect(back!.schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(', ')).toBe(
      'flag: bool, tiny: int16, whole: int32, long: int64, natural: int64, large: float64, single: float32, real: float64, ' +
        'text: utf8, word: utf8, bytes: utf8, fixed: utf8, day: date32, ms: timestamp[us], us: timestamp[us, UTC], money: float64, id: int32',
    );
    const same = ['flag', 'tiny', 'whole', 'long', 'single', 'real', 'text', 'day', 'id'];
    for (const name of same)
      expect([...back!.getChild(name)!].slice(0, 3).map(String)).toEqual([...batch.getChild(name)!].map(String));
    expect([...back!.getChild('us')!.data[0]!.values].slice(0, 2)).toEqual([1500n, 1700000000123000n]);
    expect(back!.schema.fields.find(({ name }) => name === 'money')!.metadata.get('rx-augment:decimals')).toBe('2');
    await expect.poll(sessions).toBe(0);
  });

  it('reads the types of the database up to their edges', async () => {
    const columns: Record<string, [type: string, values: string[], expected: unknown[]]> = {
      i2: ['int2', ['-32768', '32767'], [-32768, 32767]],
      i8: ['int8', ['-9223372036854775808', '9223372036854775807'], [-9223372036854775808n, 9223372036854775807n]],
      f4: ['float4', ['3.4028235e38', 'NaN'], [3.4028234663852886e38, Number.NaN]],
      f8: ['float8', ['5e-324', '-Infinity'], [5e-324, Number.NEGATIVE_INFINITY]],
      exact: [
        'numeric(30, 4)',
        ['12345678901234567890.1234', '-0.0001'],
        [Number('12345678901234567890.1234'), -0.0001],
      ],
      free: ['numeric', ['1e-30', 'NaN'], [1e-30, Number.NaN]],
      flag: ['bool', ['true', 'false'], [true, false]],
      day: ['date', ['0001-01-01', '9999-12-31'], [Date.parse('0001-01-01T00:00Z'), Date.parse('9999-12-31T00:00Z')]],
      local: ['timestamp', ['1969-12-31 23:59:59.999999', '9999-12-31 23:59:59'], [-0.001, 253402300799000]],
      zoned: [
        'timestamptz',
        ['2024-03-31 02:30:00+02', '1900-01-01 00:00:00.000001-08'],
        [1711845000000, -2208960000000 + 0.001],
      ],
      bytes: ['bytea', ['\\x00ff5c', '\\x'], ['\\x00ff5c', '\\x']],
      text: ['text', ['', 'a "quoted", line\nend'], ['', 'a "quoted", line\nend']],
      padded: ['char(3)', ['a', 'abc'], ['a  ', 'abc']],
      time: ['time', ['23:59:59.5', '00:00'], ['23:59:59.5', '00:00:00']],
      span: ['interval', ['1 day 02:00', '-1 mon'], ['1 day 02:00:00', '-1 mons']],
      json: ['jsonb', ['{"a": [1, null]}', 'null'], ['{"a": [1, null]}', 'null']],
      id: [
        'uuid',
        ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
        ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
      ],
      list: ['int4[]', ['{1,NULL}', '{}'], ['{1,NULL}', '{}']],
    };
    const entries = Object.entries(columns);
    await server.query(`CREATE TABLE edges (${entries.map(([name, [type]]) => `${name} ${type}`).join(', ')})`);
    for (const row of [0, 1]) {
      const literals = entries.map(([, [, values]]) => `'${values[row]}'`).join(', ');
      await server.query(`INSERT INTO edges VALUES (${literals})`);
    }
    await server.query('INSERT INTO edges DEFAULT VALUES');
    const [batch] = await read({ table: 'edges' });
    for (const [name, [, , expected]] of entries)
      expect([name, ...batch!.getChild(name)!]).toEqual([name, ...expected, null]);
  });

  it('keeps every text apart: null, empty, quotes, line ends, backslashes, a dot after one', async () => {
    const values = ['', null, '"', 'a,b', 'line\nend\r\n', '\\.', '\\N', 'NULL', ' ', 'ü\t', null];
    await lastValueFrom(of(texts('only "one"', values)).pipe(write('a "strange" table')));
    expect(await server.query('SELECT * FROM "a ""strange"" table"')).toEqual(values.map((v) => ({ 'only "one"': v })));
    const [back] = await read({ table: 'a "strange" table' });
    expect(rowsOf([back!])).toEqual(values.map((value) => [value]));
  });

  it('creates, appends and replaces', async () => {
    await lastValueFrom(of(batchOf(3)).pipe(write('modes')));
    await expect(lastValueFrom(of(batchOf(3)).pipe(write('modes')))).rejects.toThrow(
      'Expected the database to take the rows for table `modes`, got: relation "modes" already exists',
    );
    await lastValueFrom(of(batchOf(2, 3)).pipe(write('modes', { mode: 'append' })));
    expect(await server.query('SELECT count(*)::int AS n, max(n) AS most FROM modes')).toEqual([{ n: 5, most: 4 }]);
    await lastValueFrom(of(batchOf(1)).pipe(write('modes', { mode: 'replace' })));
    expect(await server.query('SELECT * FROM modes')).toEqual([{ n: 0, label: 'row 0, ü' }]);
    await lastValueFrom(from([]).pipe(write('hollow', { schema: batchOf(1).schema })));
    expect(await server.query('SELECT * FROM hollow')).toEqual([]);
    const [hollow] = await read({ table: 'hollow' });
    expect([hollow!.numRows, hollow!.schema.names]).toEqual([0, ['n', 'label']]);
    await expect(lastValueFrom(from([]).pipe(write('none')))).rejects.toThrow('tables have columns, got none');
  });

  it('replaces a table that is read until all rows are there', async () => {
    await lastValueFrom(of(batchOf(50_000)).pipe(write('swapped')));
    const reading = fromPostgres({ connection: server.url, table: 'swapped', batchRows: 1000 });
    expect(await lastValueFrom(reading.pipe(write('swapped', { mode: 'replace' })))).toMatchObject({ rows: 50_000 });
    expect(await server.query('SELECT count(*)::int AS n, max(n) AS most FROM swapped')).toEqual([
      { n: 50_000, most: 49_999 },
    ]);
    const replace = write('new_one', { mode: 'replace' });
    for (const rows of [3, 2]) await lastValueFrom(of(batchOf(rows)).pipe(replace));
    expect(await server.query('SELECT count(*)::int AS n FROM new_one')).toEqual([{ n: 2 }]);
    expect(await server.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 'rx_augment%'")).toEqual([]);
  });

  it('says beforehand what the database would refuse, and changes nothing', async () => {
    const asked = (table: string, options = {}) => requirePostgresPlace({ connection: server.url, table, ...options });
    await lastValueFrom(of(batchOf(3)).pipe(write('asked')));
    await expect(asked('asked')).rejects.toThrow(
      /^Expected the database to take the rows for table `asked`, got: relation "asked" already exists$/,
    );
    await expect(asked('unasked', { mode: 'append' })).rejects.toThrow('relation "unasked" does not exist');
    await expect(asked('x', { databaseSchema: 'no' })).rejects.toThrow('schema "no" does not exist');
    await expect(asked('x', { connection: 'postgres://127.0.0.1:1/x' })).rejects.toThrow(/`x`, got: .*ECONNREFUSED/);
    await expect(asked('x', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    for (const [table, mode] of [
      ['unasked', 'create'],
      ['unasked', 'replace'],
      ['asked', 'append'],
      ['asked', 'replace'],
    ])
      await asked(table!, { mode });
    expect(await exists('unasked')).toBe(false);
    expect(await server.query('SELECT count(*)::int AS n FROM asked')).toEqual([{ n: 3 }]);
    const locker = new pg.Client(server.url);
    await locker.connect();
    try {
      await locker.query('BEGIN; LOCK TABLE asked IN ACCESS EXCLUSIVE MODE');
      await asked('asked', { mode: 'replace' });
    } finally {
      await locker.end();
    }
    await closed();
  });

  it('leaves no row and no table when a run fails or is left', async () => {
    const failing = concat(
      of(batchOf(5000)),
      throwError(() => new Error('midway')),
    );
    await expect(lastValueFrom(failing.pipe(write('gone')))).rejects.toThrow('midway');
    await lastValueFrom(of(batchOf(2)).pipe(write('kept')));
    await expect(lastValueFrom(failing.pipe(write('kept', { mode: 'replace' })))).rejects.toThrow('midway');
    const left = concat(of(batchOf(5000)), NEVER)
      .pipe(write('left'))
      .subscribe();
    await expect.poll(sessions).toBe(1);
    left.unsubscribe();
    await expect.poll(sessions).toBe(0);
    const controller = new AbortController();
    const aborted = lastValueFrom(concat(of(batchOf(10)), NEVER).pipe(write('stopped', { signal: controller.signal })));
    await expect.poll(sessions).toBe(1);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect.poll(sessions).toBe(0);
    for (const table of ['gone', 'left', 'stopped']) expect(await exists(table)).toBe(false);
    expect(await server.query('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }]);
  });

  it('ends an abort while it waits for a locked table', async () => {
    await server.query('CREATE TABLE locked (n int)');
    const locker = new pg.Client(server.url);
    await locker.connect();
    try {
      await locker.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
      const signal = AbortSignal.timeout(300);
      const source = fromPostgres({ connection: server.url, table: 'locked', signal });
      await expect(collect(source)).rejects.toThrow(/timeout/);
      // The server sees within a second that nobody waits any more.
      await expect.poll(sessions, { timeout: 5000 }).toBe(1);
    } finally {
      await locker.end();
    }
    expect(rowsOf(await read({ table: 'locked' }))).toEqual([]);
  });

  it('keeps decimals that can be written', async () => {
    const [batch] = await read({
      query: 'SELECT 1::numeric(5, -2) AS a, 1::numeric(200, 150) AS b, 1::numeric(9, 3) AS c, 1::numeric(9, 0) AS d',
    });
    expect(batch!.schema.fields.map(({ metadata }) => metadata.get('rx-augment:decimals'))).toEqual([
      undefined,
      undefined,
      '3',
      undefined,
    ]);
  });

  it('says what the database refuses, and where', async () => {
    await server.query('CREATE TABLE strict (label text CHECK (length(label) < 5), n smallint)');
    const append = { mode: 'append' } as const;
    await expect(lastValueFrom(of(batchOf(3, 39_999)).pipe(write('strict', append)))).rejects.toThrow(
      /^Expected the database to take the rows for table `strict`, got: value "39999" is out of range for type smallint, COPY strict, line 1, column n[^\n]*$/,
    );
    await expect(lastValueFrom(of(texts('other', ['a'])).pipe(write('strict', append)))).rejects.toThrow(
      'column "other" of relation "strict" does not exist',
    );
    await expect(lastValueFrom(of(texts('label', ['a\0b'])).pipe(write('strict', append)))).rejects.toThrow(
      /invalid byte sequence.*line 1/,
    );
    await expect(lastValueFrom(of(everyType()).pipe(write('fine')))).rejects.toThrow(
      'Expected column `ns` to have whole microseconds, got 1969-12-31T23:59:59.999999999',
    );
    await expect(read({ table: 'nowhere' })).rejects.toThrow(
      'Expected the rows of table `nowhere`, got: relation "nowhere" does not exist',
    );
    await expect(read({ query: 'SELECT 1 / 0 AS x' })).rejects.toThrow('the rows of the query, got: division by zero');
    await expect(read({ query: "SELECT 'infinity'::date AS day" })).rejects.toThrow(/`date32`.*`infinity`|infinity/);
    const nowhere = { connection: 'postgres://tester@127.0.0.1:1/postgres' };
    await expect(collect(fromPostgres({ ...nowhere, table: 'x' }))).rejects.toThrow(/ECONNREFUSED/);
    const unclear = { connection: 'postgres://tester:hidden@host:port/postgres', table: 'x' };
    await expect(collect(fromPostgres(unclear))).rejects.toThrow(/^Expected the rows of table `x`, got: Invalid URL$/);
    await expect(lastValueFrom(of(batchOf(1)).pipe(toPostgres(unclear)))).rejects.toThrow(/ `x`, got: Invalid URL$/);
    await expect(lastValueFrom(of(batchOf(1)).pipe(toPostgres({ ...nowhere, table: 'x' })))).rejects.toThrow(
      /^Expected the database .* `x`, got: .*ECONNREFUSED/,
    );
    expect(() => fromPostgres({ ...nowhere })).toThrow('Expected one of `table` and `query`, got neither');
    await expect.poll(sessions).toBe(0);
  });

  it('reads a query in batches, no faster than they are taken, and stops when it is left', async () => {
    const query = 'SELECT i::int AS i, i / 3.0 AS third FROM generate_series(1, 100000) AS i -- all of them';
    const batches = await read({ query, batchRows: 30_000 });
    expect(batches.map(({ numRows }) => numRows)).toEqual([30_000, 30_000, 30_000, 10_000]);
    expect(batches[3]!.get(9999)!.toJSON()).toEqual({ i: 100_000, third: 100_000 / 3 });
    const endless = fromPostgres({ connection: server.url, query: 'SELECT generate_series(1, 1000000000) AS i' });
    const reading = endless.subscribe();
    await expect.poll(sessions).toBe(1);
    reading.unsubscribe();
    await expect.poll(sessions).toBe(0);
  });

  it('says that the database went away in mid-stream', async () => {
    const other = await startPostgres(programs!);
    /** What is said when the server is told to end the copy that is read. */
    const terminated = async (source: Observable<RecordBatch>) => {
      const reading = collect(source).catch((error: Error) => error.message);
      await expect
        .poll(async () => (await other.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%'")).length)
        .toBe(1);
      await other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY (%'");
      return reading;
    };
    try {
      const source = fromPostgres({
        connection: other.url,
        query: "SELECT generate_series(1, 100000000) AS n, 'a' AS label",
      });
      const writing = lastValueFrom(source.pipe(toPostgres({ connection: other.url, table: 'never' })));
      const outcome = writing.catch((error: Error) => error.message);
      await expect
        .poll(async () => (await other.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%'")).length)
        .toBe(2);
      await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE \'COPY "never"%\'');
      expect(await outcome).toMatch(/^Expected the (database|rows)[^\n]*(terminat|ended|reset|EPIPE)[^\n]*$/i);
      // A server that waits for its reader sends no reason: it would stand in the middle of a row.
      expect(await terminated(source)).toMatch(
        /^Expected the rows of the query, got: [^\n]*(terminat|ended|reset)[^\n]*$/i,
      );
      const waiting = fromPostgres({ connection: other.url, query: 'SELECT 1 AS n FROM pg_sleep(600)' });
      expect(await terminated(waiting)).toBe(
        'Expected the rows of the query, got: terminating connection due to administrator command',
      );
      const [readingOn, writingOn] = [
        collect(source).catch((error: Error) => error.message),
        lastValueFrom(
          concat(of(batchOf(5000)), NEVER).pipe(toPostgres({ connection: other.url, table: 'idle' })),
        ).catch((error: Error) => error.message),
      ];
      await expect
        .poll(async () => (await other.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%'")).length)
        .toBe(2);
      await other.kill();
      expect(await writingOn).toMatch(
        /^Expected the database to take the rows for table `idle`, got: [^\n]*(terminat|ended|reset|shutdown)[^\n]*$/i,
      );
      expect(await readingOn).toMatch(
        /^Expected the rows of the query, got: [^\n]*(terminat|ended|reset|shutdown)[^\n]*$/i,
      );
    } finally {
      await other.stop();
    }
  });
});
