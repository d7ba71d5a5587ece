import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainVae } from '../../src/operators/train-vae.js';
import { toDuckdb } from '../../src/sinks/to-duckdb.js';
import { fromDuckdb } from '../../src/sources/from-duckdb.js';
import { batchOf } from '../conformance/describe-sink.js';
import { collect } from '../sources/fixtures.js';
import { createWorkplace, orders, type Workplace } from './run-cli.js';

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'dist', 'cli.js');

let place: Workplace;
beforeAll(async () => {
  place = await createWorkplace();
  await writeFile(place.at('in.csv'), `${orders(300).join('\n')}\n`);
  const { code, stderr } = await place.run(['train', 'in.csv', '--model', 'model', '--epochs', '1', '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
});
afterAll(() => rm(place.folder, { recursive: true }));

/** Runs a command that must fail with one line, and leave nothing in the folders named. */
async function fails(args: readonly string[], message: RegExp, folders: readonly string[]): Promise<void> {
  const before = folders.map((folder) => readdirSync(folder));
  const { code, stdout, stderr } = await place.run([...args, '--quiet']);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect([code, stdout.length]).toEqual([1, 0]);
  expect(folders.map((folder) => readdirSync(folder))).toEqual(before);
  expect(await place.temporaryFiles()).toEqual([]);
}

/** Mounts a disk of one megabyte, which root can. */
function mountSmallDisk(): string | undefined {
  const folder = place.at('disk');
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  return status === 0 ? folder : undefined;
}

describe.runIf(process.platform === 'linux')('a full disk', () => {
  let disk: string | undefined;
  beforeAll(() => {
    disk = mountSmallDisk();
    if (disk === undefined) console.warn('Skipped: a full disk, as only root can mount a small one');
  });
  afterAll(() => {
    if (disk !== undefined) spawnSync('umount', [disk]);
  });

  /** The disk, with so many bytes of it taken. */
  function diskWith(skip: () => void, taken = 0): string {
    if (disk === undefined) {
      skip();
      return '';
    }
    for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
    writeFileSync(join(disk, 'taken'), Buffer.alloc(taken));
    return disk;
  }

  it.for(['csv', 'arrow', 'parquet', 'jsonl', 'csv.gz', 'jsonl.zst'])(
    'is told of by the name of a .%s file, which is not there',
    async (extension, { skip }) => {
      const path = join(diskWith(skip, 1_000_000), `out.${extension}`);
      const expected = new RegExp(`^rx-augment: Expected \`${path}\` to be a writable file, got ENOSPC: no space left`);
      await fails(['sample', '20000', '--model', 'model', '-o', path], expected, [disk as string]);
    },
  );

  it('is told of by the name of a model, and of a report', async ({ skip }) => {
    const folder = diskWith(skip, 2 ** 20 - 8192);
    const model = join(folder, 'model');
    await fails(
      ['train', 'in.csv', '--model', model, '--epochs', '1'],
      /ENOSPC: no space left.* \(.*\/disk\/model\)$/m,
      [folder],
    );
    const report = join(folder, 'report.html');
    await fails(['report', 'in.csv', 'in.csv', '-o', report], /`.*\/disk\/report\.html`.* ENOSPC: no space left/, [
      folder,
    ]);
  });

  it('is told of by the folder of the temporary file', async ({ skip }) => {
    const directory = diskWith(skip, 2 ** 20 - 8192);
    const training = lastValueFrom(of(batchOf(30_000)).pipe(trainVae({ memoryBytes: 0, directory })));
    await expect(training).rejects.toThrow(
      /^Expected room for a temporary file in .*\/disk\/rx-augment-\w+, got ENOSPC: no space left on device/,
    );
    expect(readdirSync(directory)).toEqual(['taken']);
  });

  it('is told of by a DuckDB file, which is as it was', async ({ skip }) => {
    const folder = diskWith(skip);
    const path = join(folder, 'out.duckdb');
    const message = /^Expected table `t` of `.*out\.duckdb` to take the rows, got: [^\n]*No space left on device/;
    const many = () => of(...Array.from({ length: 40 }, (_, i) => batchOf(10_000, i * 10_000)));
    await expect(lastValueFrom(many().pipe(toDuckdb({ path, table: 't' })))).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(['taken']);
    await lastValueFrom(of(batchOf(3)).pipe(toDuckdb({ path, table: 't' })));
    await expect(lastValueFrom(many().pipe(toDuckdb({ path, table: 't', mode: 'append' })))).rejects.toThrow(message);
    const batches = await collect(fromDuckdb({ path, table: 't' }));
    expect(batches.map(({ numRows }) => numRows)).toEqual([3]);
  });
});

describe('a damaged input', () => {
  beforeAll(async () => {
    for (const name of ['whole.parquet', 'whole.csv.gz', 'whole.csv.zst']) {
      const { code } = await place.run(['sample', '5000', '--model', 'model', '-o', name, '--quiet']);
      expect(code).toBe(0);
    }
  });

  const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000);
  const flip = (at: number) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    const place = at < 0 ? changed.length + at : at;
    changed[place] = changed[place]! ^ 0xff;
    return changed;
  };
  const cases: readonly [string, string, (bytes: Buffer) => Buffer, RegExp][] = [
    ['a Parquet file that is cut off', 'parquet', cut, /Expected Parquet data, got a damaged or truncated file/],
    ['a Parquet file whose footer is damaged', 'parquet', flip(-20), /Expected Parquet data, got a damaged/],
    ['a Parquet file whose footer has a wrong length', 'parquet', flip(-6), /Expected Parquet data, got a damaged/],
    ['a gzip file that is cut off', 'csv.gz', cut, /Expected gzip data, got a file that ends too early/],
    ['a gzip file with another checksum', 'csv.gz', flip(-6), /Expected gzip data, got incorrect data check/],
    ['a gzip file that is none', 'csv.gz', flip(0), /Expected gzip data, got incorrect header check/],
    ['a zstd file that is cut off', 'csv.zst', cut, /Expected zstd data, got a file that ends too early/],
    ['a zstd file that is none', 'csv.zst', flip(0), /Expected zstd data, got /],
  ];
  it.each(cases)('%s is named in one line', async (_name, extension, damage, message) => {
    const file = `damaged.${extension}`;
    await writeFile(place.at(file), damage(await readFile(place.at(`whole.${extension}`))));
    const named = new RegExp(`^rx-augment: ${message.source}.*\\(${file}[^)]*\\)$`, 'm');
    await fails(['encode', file, '--model', 'model', '-o', 'never.csv'], named, [place.folder]);
  });
});

it('says which option helps with a JSON column that comes late', async () => {
  await writeFile(place.at('late.jsonl'), '{"a":1}\n{"a":2,"b":1}\n');
  await fails(
    ['augment', '1', 'late.jsonl', '--infer-rows', '1'],
    /another one: columns come from the first 1 row, so raise --infer-rows \(late\.jsonl, line 2, row 2, column `b`\)$/m,
    [place.folder],
  );
});

describe('a reader that has had enough', () => {
  it.each(['csv', 'arrow', 'jsonl', 'parquet'])('ends %s quietly', (format) => {
    const command = `'${process.execPath}' '${cli}' sample 300000 --model model --format ${format} --quiet`;
    const { stdout, stderr } = spawnSync('sh', ['-c', `{ ${command}; echo "code $?" >&2; } | head -c 100`], {
      cwd: place.folder,
    });
    expect([stdout.length, stderr.toString()]).toEqual([100, 'code 0\n']);
  });
});

describe('an optional package that is not installed', () => {
  it('is named with the command that installs it', () => {
    const home = place.at('bare');
    cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(home, 'package.json'));
    mkdirSync(join(home, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules')).filter((name) => !/^(\.|pg|@duckdb)/.test(name)))
      symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
    writeFileSync(
      join(home, 'program.mjs'),
      `import { fromPostgres, toPostgres } from 'rx-augment/postgres';
      import { fromDuckdb, toDuckdb } from 'rx-augment/duckdb';
      import { fromCsv } from 'rx-augment';
      import { lastValueFrom } from 'rxjs';
      const connection = 'postgres://nobody@127.0.0.1:1/none';
      for (const stream of [
        fromPostgres({ connection, table: 't' }),
        fromCsv('../in.csv').pipe(toPostgres({ connection, table: 't' })),
        fromDuckdb({ path: 'none.duckdb', table: 't' }),
        fromCsv('../in.csv').pipe(toDuckdb({ path: 'none.duckdb', table: 't' })),
      ]) await lastValueFrom(stream).catch((error) => console.log(error.message));`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: home, encoding: 'utf8' });
    const pg = 'Expected the package `pg` to be installed: run `npm install pg pg-copy-streams`\n';
    const duckdb = 'Expected the package `@duckdb/node-api` to be installed: run `npm install @duckdb/node-api`\n';
    expect([stdout, stderr]).toEqual([pg + pg + duckdb + duckdb, '']);
    expect(existsSync(join(home, 'none.duckdb'))).toBe(false);

    // Installed for all projects: in a node_modules that belongs to none.
    const all = place.at('lib/node_modules/rx-augment');
    cpSync(home, all, { recursive: true, verbatimSymlinks: true });
    const commands: [string[], string][] = [
      [['train', 'postgres://nobody@127.0.0.1:1/none#t', '--model', 'none'], pg],
      [['augment', '1', 'in.csv', '-o', 'postgres://nobody@127.0.0.1:1/none#t'], pg],
      [['train', 'none.duckdb#t', '--model', 'none'], duckdb],
      [['augment', '1', 'in.csv', '-o', 'none.duckdb#t'], duckdb],
    ];
    for (const [args, message] of commands) {
      const command = [join(all, 'dist', 'cli.js'), ...args];
      const ended = spawnSync(process.execPath, command, { cwd: place.folder, encoding: 'utf8' });
      expect([ended.stderr, ended.status]).toEqual([`rx-augment: ${message.replace('npm install', '$& -g')}`, 1]);
    }
    expect(existsSync(place.at('none.duckdb'))).toBe(false);
  });
});
