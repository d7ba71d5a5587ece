import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { Field, Int32, Interval, IntervalUnit, Schema, vectorFromArray } from 'apache-arrow';
import { concat, defer, firstValueFrom, from, lastValueFrom, NEVER, of, Subject, throwError } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { buildData } from '../../src/batches/build-data.js';
import { typeName } from '../../src/batches/type-name.js';
import { InputError } from '../../src/errors.js';
import { requireDuckdbPlace } from '../../src/sinks/require-duckdb-place.js';
import { toDuckdb } from '../../src/sinks/to-duckdb.js';
import { fromDuckdb } from '../../src/sources/from-duckdb.js';
import { describeQuerySource } from '../conformance/describe-query-source.js';
import { batchOf } from '../conformance/describe-sink.js';
import { describeTableSink } from '../conformance/describe-table-sink.js';
import { everyType } from '../parquet-table.js';
import { collect, expectClosed, rowsOf } from '../sources/fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-augment-duckdb-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

async function query(path: string, text: string) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await (await connection.run(text)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('DuckDB', () => {
  const path = at('suite.duckdb');
  const closed = async () => {
    await expectClosed();
  };

  describeQuerySource({
    name: 'fromDuckdb',
    open: (rows, options) =>
      fromDuckdb({
        query: `SELECT i::INTEGER AS id, CASE WHEN i % 5 > 0 THEN 'name ' || i END AS name FROM range(${rows}) AS t(i)`,
        ...options,
      }),
    openNothing: () => fromDuckdb({ query: 'SELECT * FROM nowhere' }),
    closed,
  });

  describeTableSink({
    name: 'toDuckdb',
    sink: (table, options) => toDuckdb({ path, table, ...options }),
    async read(table) {
      if (!existsSync(path)) return undefined;
      const tables = await query(path, `SELECT 1 FROM duckdb_tables() WHERE table_name = '${table}'`);
      return tables.length > 0 ? query(path, `SELECT * FROM ${table}`) : undefined;
    },
    closed,
  });

  it('takes the `file:` URL of a file for its path, and nothing else', async () => {
    const path = pathToFileURL(at('by its URL.duckdb'));
    await requireDuckdbPlace({ path, table: 'new' });
    await lastValueFrom(of(batchOf(3)).pipe(toDuckdb({ path, table: 'new' })));
    expect(existsSync(path)).toBe(true);
    await requireDuckdbPlace({ path, table: 'new', mode: 'append' });
    expect(rowsOf(await collect(fromDuckdb({ path, table: 'new' })))).toEqual(rowsOf([batchOf(3)]));
    for (const [given, message] of [
      [
        new URL('https://a.example/b.duckdb'),
        'Expected the URL of a file on this machine, got https://a.example/b.duckdb',
      ],
      [null, 'Expected `path` to be that of a DuckDB file, got null'],
      ['', 'Expected `path` to be that of a DuckDB file, got ""'],
    ] as const) {
      const options = { path: given as string, table: 'new' };
      expect(() => toDuckdb(options)).toThrow(new TypeError(message));
      expect(() => fromDuckdb(options)).toThrow(new TypeError(message));
      await expect(requireDuckdbPlace(options)).rejects.toThrow(new TypeError(message));
    }
  });

  it('takes rows of every type, with nulls, and gives them back', async () => {
    const [path, table] = [at('types.duckdb'), 'a "strange" table'];
    const batch = everyType();
    expect(await lastValueFrom(of(batch, batch).pipe(toDuckdb({ path, table })))).toEqual({
      rows: 6,
      bytes: 0,
      target: table,
    });
    const [back] = await collect(fromDuckdb({ path, table }));
    expect(back!.schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(', ')).toBe(
      'flag: bool, tiny: int8, whole: int32, long: int64, natural: uint32, large: uint64, single: float32, real: float64, ' +
        'text: utf8, word: utf8, bytes: binary, fixed: binary, day: date32, ms: timestamp[us], us: timestamp[us, UTC], ' +
        'ns: timestamp[ns], money: float64, id: int32',
    );
    const rows = rowsOf([back!]);
    const expected = rowsOf([batch, batch]);
    const money = back!.schema.names.indexOf('money');
    expect(rows.map((row) => row.filter((_, i) => i !== money))).toEqual(
      expected.map((row) => row.filter((_, i) => i !== money)),
    );
    expect(rows.map((row) => row[money])).toEqual([-1.23, 123.45, null, -1.23, 123.45, null]);
    expect([...back!.getChild('ns')!.data[0]!.values].slice(0, 2)).toEqual([-1n, 1700000000123456789n]);
    expect(
      await query(path, 'SELECT typeof(money), typeof(ns), typeof(us) FROM "a ""strange"" table" LIMIT 1'),
    ).toEqual([['DECIMAL(20,2)', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE']]);
  });

  it('creates, appends and replaces, in chunks', async () => {
    const path = at('modes.duckdb');
    const write = (rows: number, first: number, options = {}) =>
      lastValueFrom(of(batchOf(rows, first)).pipe(toDuckdb({ path, table: 'modes', ...options })));
    await write(5000, 0);
    await expect(write(1, 0)).rejects.toThrow(
      /^Expected table `modes` of `.*` to take the rows, got: .*already exists/,
    );
    await write(3000, 5000, { mode: 'append' });
    expect(await query(path, 'SELECT count(*), max(n), count(DISTINCT label) FROM modes')).toEqual([
      ['8000', 7999, '8000'],
    ]);
    const batches = await collect(
      fromDuckdb({ path, query: 'SELECT * FROM modes ORDER BY n -- all', batchRows: 3000 }),
    );
    expect(batches.map(({ numRows }) => numRows)).toEqual([3000, 3000, 2000]);
    expect(rowsOf(batches)).toEqual(rowsOf([batchOf(8000)]));
    await write(1, 0, { mode: 'replace' });
    expect(await query(path, 'SELECT * FROM modes')).toEqual([[0, 'row 0, ü']]);
    await lastValueFrom(from([]).pipe(toDuckdb({ path, table: 'hollow', schema: batchOf(1).schema })));
    const [hollow] = await collect(fromDuckdb({ path, table: 'hollow' }));
    expect([hollow!.numRows, hollow!.schema.names]).toEqual([0, ['n', 'label']]);
  });

  it('leaves nothing when a run fails or is left', async () => {
    const failing = concat(
      of(batchOf(5000)),
      throwError(() => new Error('midway')),
    );
    await expect(lastValueFrom(failing.pipe(toDuckdb({ path: at('new.duckdb'), table: 't' })))).rejects.toThrow(
      'midway',
    );
    const path = at('kept.duckdb');
    await lastValueFrom(of(batchOf(2)).pipe(toDuckdb({ path, table: 'kept' })));
    await expect(lastValueFrom(failing.pipe(toDuckdb({ path, table: 'kept', mode: 'replace' })))).rejects.toThrow(
      'midway',
    );
    await expect(lastValueFrom(failing.pipe(toDuckdb({ path, table: 'other' })))).rejects.toThrow('midway');
    const left = concat(of(batchOf(5000)), NEVER)
      .pipe(toDuckdb({ path: at('left.duckdb'), table: 't' }))
      .subscribe();
    const ofLeft = () => readdirSync(folder).filter((name) => name.includes('left.duckdb'));
    // Even of a process that is killed no database stays that looks complete.
    await expect.poll(ofLeft).toContainEqual(expect.stringMatching(/^\.left\.duckdb\.\w+\.tmp$/));
    expect(ofLeft()).not.toContain('left.duckdb');
    left.unsubscribe();
    await expect.poll(ofLeft).toEqual([]);
    expect(await query(path, 'SELECT table_name, (SELECT count(*) FROM kept) FROM duckdb_tables()')).toEqual([
      ['kept', '2'],
    ]);
    expect(readdirSync(folder).filter((name) => /new|left/.test(name))).toEqual([]);
  });

  it('reads and writes one file at the same time where it is told to', async () => {
    const path = at('both.duckdb');
    await lastValueFrom(of(batchOf(50_000)).pipe(toDuckdb({ path, table: 't' })));
    const copy = (readOnly: boolean, mode: 'append' | 'replace') =>
      lastValueFrom(
        fromDuckdb({ path, table: 't', readOnly }).pipe(
          toDuckdb({ path: join(folder, '..', basename(folder), 'both.duckdb'), table: 't', mode }),
        ),
      );
    await copy(false, 'append');
    await copy(false, 'replace');
    expect(await query(path, 'SELECT count(*)::INTEGER, max(n) FROM t')).toEqual([[100_000, 49_999]]);
    await expect(copy(true, 'append')).rejects.toThrow(
      /^Expected table `t` of `.*both\.duckdb` to take the rows, got: a file that this process reads: `readOnly: false` lets both$/,
    );
  });

  it('says beforehand what the database would refuse, and changes nothing', async () => {
    const path = at('asked.duckdb');
    const asked = (table: string, options = {}) => requireDuckdbPlace({ path, table, ...options });
    await asked('t');
    await asked('t', { mode: 'replace' });
    expect(existsSync(path)).toBe(false);
    await lastValueFrom(of(batchOf(3)).pipe(toDuckdb({ path, table: 't' })));
    const refusal = (found: string) =>
      new RegExp(`^Expected table \`\\w+\` of \`.*\` to take the rows, got: .*${found}`);
    await expect(asked('t')).rejects.toThrow(refusal('"t" already exists'));
    await expect(asked('u', { mode: 'append' })).rejects.toThrow(refusal('u does not exist'));
    await expect(asked('u', { databaseSchema: 'no' })).rejects.toThrow(refusal('no'));
    for (const within of ['nowhere', 'asked.duckdb'])
      await expect(asked('t', { path: at(`${within}/t.duckdb`) })).rejects.toThrow(refusal('E(NOENT|NOTDIR)'));
    for (const [table, mode] of [
      ['u', 'create'],
      ['u', 'replace'],
      ['t', 'append'],
      ['t', 'replace'],
    ])
      await asked(table!, { mode });
    expect(await query(path, 'SELECT table_name FROM duckdb_tables()')).toEqual([['t']]);
    expect(await query(path, 'SELECT count(*)::INTEGER FROM t')).toEqual([[3]]);
    const below = of(batchOf(1)).pipe(toDuckdb({ path: at('asked.duckdb/t.duckdb'), table: 't' }));
    await expect(lastValueFrom(below)).rejects.toThrow(/^Expected table `t` of/);
  });

  it('says that a query failed after some of its rows', async () => {
    const text = "CASE WHEN i = 150000 THEN 'x' ELSE '1' END";
    const failing = fromDuckdb({ query: `SELECT i, (${text})::INTEGER AS n FROM range(200000) AS t(i) -- late` });
    await expect(collect(failing)).rejects.toThrow(
      /^Expected the rows of the query, got: Conversion Error: Could not convert string 'x' to INT32/,
    );
    const path = at('late.duckdb');
    await expect(lastValueFrom(failing.pipe(toDuckdb({ path, table: 't' })))).rejects.toThrow('Conversion Error');
    expect(existsSync(path)).toBe(false);
  });

  it('keeps the order of rows over many chunks', async () => {
    const query = 'SELECT (i * 7919) % 500009 AS k FROM range(500009) AS t(i) ORDER BY k';
    let next = 0n;
    for (const batch of await collect(fromDuckdb({ query })))
      for (const k of batch.getChild('k')!) {
        if (k !== next) throw new Error(`Expected ${next}, got ${k}`);
        next += 1n;
      }
    expect(next).toBe(500_009n);
  });

  it('lets go of a file that it has not read to the end', async () => {
    const path = at('left.duckdb');
    await lastValueFrom(of(batchOf(100_000)).pipe(toDuckdb({ path, table: 't' })));
    for (const readOnly of [true, false]) {
      await firstValueFrom(fromDuckdb({ path, table: 't', readOnly, batchRows: 100 }));
      // Closing takes a moment.
      await expect
        .poll(() => requireDuckdbPlace({ path, table: 'u' }).then(String, String), { timeout: 10_000 })
        .toBe('undefined');
    }
  });

  it('leaves alone what a later run has made', async () => {
    const path = at('later.duckdb');
    const sink = toDuckdb({ path, table: 't' });
    const early = concat(of(batchOf(5000)), NEVER)
      .pipe(sink)
      .subscribe();
    await expect.poll(() => readdirSync(folder).some((name) => name.startsWith('.later.duckdb'))).toBe(true);
    await lastValueFrom(of(batchOf(2)).pipe(sink));
    early.unsubscribe();
    await expect.poll(() => readdirSync(folder).filter((name) => name.includes('later'))).toEqual(['later.duckdb']);
    expect(await query(path, 'SELECT count(*) FROM t')).toEqual([['2']]);
  });

  it('keeps the subscriptions of one pipe apart', async () => {
    const path = at('twice.duckdb');
    const ends: Subject<never>[] = [];
    const rows = [3, 5000];
    const source = defer(() => concat(of(batchOf(rows[ends.length]!)), ends[ends.push(new Subject()) - 1]!));
    const written = source.pipe(toDuckdb({ path, table: 't' }));
    const [first, second] = [lastValueFrom(written), lastValueFrom(written)];
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('.twice')).length).toBeGreaterThan(1);
    ends[0]!.complete();
    await first;
    expect(await query(path, 'SELECT count(*) FROM t')).toEqual([['3']]);
    ends[1]!.complete();
    await expect(second).rejects.toThrow(/got: a file of that name that was not there before$/);
    expect(readdirSync(folder).filter((name) => name.includes('twice'))).toEqual(['twice.duckdb']);
  });

  it('refuses dates and times that are on no calendar, and says where', async () => {
    const types = ['DATE', 'TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'];
    for (const [i, type] of types.entries()) {
      const infinity = i % 2 === 0 ? 'infinity' : '-infinity';
      const text = `SELECT i, CASE WHEN i = 2999 THEN '${infinity}'::${type} ELSE '2024-02-29'::${type} END AS t FROM range(3000) AS r(i)`;
      const error = await collect(fromDuckdb({ query: text })).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({
        position: { row: 3000, column: 't' },
        message: expect.stringMatching(/^Expected a finite `\w+.*`, got an infinite one/),
      });
    }
  });

  it('keeps decimals that can be written', async () => {
    const [batch] = await collect(
      fromDuckdb({ query: 'SELECT 1::DECIMAL(30, 25) AS a, 1::DECIMAL(5, 2) AS b, 1::DECIMAL(5, 0) AS c' }),
    );
    expect(batch!.schema.fields.map(({ metadata }) => metadata.get('rx-augment:decimals'))).toEqual([
      undefined,
      '2',
      undefined,
    ]);
  });

  it('says what cannot be', async () => {
    writeFileSync(at('damaged.duckdb'), 'this is no database at all, but long enough to look into'.repeat(500));
    await expect(collect(fromDuckdb({ path: at('damaged.duckdb'), table: 't' }))).rejects.toThrow(
      /^Expected the rows of table `t` of `.*damaged\.duckdb`, got: [^\n]*not a valid DuckDB database file[^\n]*$/,
    );
    await expect(
      lastValueFrom(of(batchOf(1)).pipe(toDuckdb({ path: at('damaged.duckdb'), table: 't' }))),
    ).rejects.toThrow(/^Expected table `t` of `.*damaged\.duckdb` to take the rows, got: [^\n]*not a valid/);
    await expect(collect(fromDuckdb({ path: at('nowhere.duckdb'), table: 't' }))).rejects.toThrow(/nowhere\.duckdb/);
    expect(existsSync(at('nowhere.duckdb'))).toBe(false);
    await expect(collect(fromDuckdb({ query: 'SELECT nothing' }))).rejects.toThrow(
      /^Expected the rows of the query, got: [^\n]*nothing/,
    );
    expect(() => fromDuckdb({ query: 'SELECT 1', table: 't' })).toThrow(
      'Expected one of `table` and `query`, got both',
    );
    await expect(lastValueFrom(from([]).pipe(toDuckdb({ path: at('x.duckdb'), table: 't' })))).rejects.toThrow(
      'tables have columns, got none',
    );
    const interval = new Interval(IntervalUnit.DAY_TIME);
    const batch = toBatch(new Schema([new Field('i', interval, true)]), 1, [
      buildData(interval, { length: 1, values: new Int32Array(2) }),
    ]);
    await expect(lastValueFrom(of(batch).pipe(toDuckdb({ path: at('x.duckdb'), table: 't' })))).rejects.toThrow(
      /`i`.*DuckDB can hold/,
    );
    const whole = new Schema([new Field('n', new Int32(), false)]);
    const fine = toBatch(whole, 1, [vectorFromArray([1], new Int32()).data[0]!]);
    const path = at('strict.duckdb');
    await lastValueFrom(of(fine).pipe(toDuckdb({ path, table: 't' })));
    await expect(lastValueFrom(of(batchOf(1)).pipe(toDuckdb({ path, table: 't', mode: 'append' })))).rejects.toThrow(
      /^Expected table `t`/,
    );
    expect(existsSync(at('x.duckdb'))).toBe(false);
  });

  it('stops computing when it is left, and reads files', async () => {
    const endless = fromDuckdb({ query: 'SELECT i, i * 2 AS twice FROM range(1000000000000) AS t(i)' });
    let rows = 0;
    const reading = endless.subscribe(({ numRows }) => {
      rows += numRows;
      if (rows > 10_000) reading.unsubscribe();
    });
    await expect.poll(() => reading.closed).toBe(true);
    const weather = new URL('../../node_modules/vega-datasets/data/seattle-weather.csv', import.meta.url).pathname;
    const [batch] = await collect(
      fromDuckdb({
        query: `SELECT weather, count(*) AS days, sum(wind) AS wind, sum(1) AS ones FROM '${weather}' GROUP BY weather ORDER BY days DESC`,
      }),
    );
    expect(batch!.schema.fields.map(({ type }) => typeName(type))).toEqual(['utf8', 'int64', 'float64', 'float64']);
    expect(batch!.get(0)!.toJSON()).toMatchObject({ weather: 'rain', days: 641n, ones: 641 });
  });
});
