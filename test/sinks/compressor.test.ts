import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { concat, from, lastValueFrom, NEVER, of, take, toArray } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { toArrow } from '../../src/sinks/to-arrow.js';
import { toCsv } from '../../src/sinks/to-csv.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { fromCsv } from '../../src/sources/from-csv.js';
import { batchOf } from '../conformance/describe-sink.js';
import { collect, expectClosed, rowsOf } from '../sources/fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-augment-packed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const batches = Array.from({ length: 40 }, (_, i) => batchOf(1000, i * 1000));

describe.each([
  ['gz', 'gzip'],
  ['zst', 'zstd'],
])('a path that ends in .%s', (extension, tool) => {
  const path = join(folder, `table.csv.${extension}`);

  it('gets compressed data, whose bytes are counted', async () => {
    const written = await lastValueFrom(from(batches).pipe(toCsv(path)));
    const plain = join(folder, 'table.csv');
    await lastValueFrom(from(batches).pipe(toCsv(plain)));
    expect(written).toEqual({ rows: 40_000, bytes: statSync(path).size, target: path });
    expect(written.bytes).toBeLessThan(statSync(plain).size / 2);
    expect(readFileSync(path).subarray(0, 2).toString('hex')).toBe(extension === 'gz' ? '1f8b' : '28b5');
  });

  it.runIf(spawnSync(tool, ['--version']).status === 0)(
    'is read by the common tool, and reads what it wrote',
    async () => {
      const plain = readFileSync(join(folder, 'table.csv'));
      const { stdout } = spawnSync(tool, ['-dc', path], { maxBuffer: 2 ** 30 });
      expect(stdout.equals(plain)).toBe(true);
      const other = join(folder, `other.csv.${extension}`);
      writeFileSync(other, spawnSync(tool, ['-c'], { input: plain, maxBuffer: 2 ** 30 }).stdout);
      expect(rowsOf(await collect(fromCsv(other)))).toEqual(rowsOf(batches));
    },
  );

  it('is read back, as CSV and as Arrow', async () => {
    expect(rowsOf(await collect(fromCsv(path)))).toEqual(rowsOf(batches));
    const arrow = join(folder, `table.arrow.${extension}`);
    await lastValueFrom(from(batches).pipe(toArrow(arrow)));
    expect(rowsOf(await collect(fromArrow(arrow)))).toEqual(rowsOf(batches));
  });

  it('holds several members or frames, one after the other', async () => {
    const rows = join(folder, `rows.csv.${extension}`);
    await lastValueFrom(of(batchOf(3)).pipe(toCsv(path.replace('table', 'head'))));
    await lastValueFrom(of(batchOf(3, 3)).pipe(toCsv(path.replace('table', 'tail'), { header: false })));
    writeFileSync(rows, Buffer.concat(['head', 'tail'].map((name) => readFileSync(path.replace('table', name)))));
    expect(rowsOf(await collect(fromCsv(rows)))).toEqual(rowsOf([batchOf(6)]));
  });

  it('says in one line that the data is cut off, wherever it is', async () => {
    const small = join(folder, `small.csv.${extension}`);
    await lastValueFrom(of(batchOf(500)).pipe(toCsv(small)));
    const bytes = readFileSync(small);
    const cut = join(folder, `cut.csv.${extension}`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (length) => {
        writeFileSync(cut, bytes.subarray(0, length));
        const error: unknown = await collect(fromCsv(cut)).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).toMatch(new RegExp(`^Expected ${tool} data, got .*\\(${cut}\\)$`));
      }),
      { numRuns: 60 },
    );
    await expectClosed();
  });

  it('says in one line that the data is something else', async () => {
    const other = join(folder, `plain.csv.${extension}`);
    writeFileSync(other, 'a,b\n1,2\n');
    await expect(collect(fromCsv(other))).rejects.toThrow(new RegExp(`^Expected ${tool} data, got .*\\(${other}\\)$`));
    await expectClosed();
  });

  it('never fails otherwise on damaged data, and never hangs', async () => {
    const bytes = readFileSync(join(folder, `small.csv.${extension}`));
    const damaged = join(folder, `damaged.csv.${extension}`);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= change;
        writeFileSync(damaged, changed);
        const error: unknown = await collect(fromCsv(damaged)).catch((error: unknown) => error);
        if (error instanceof Error) expect(error).toBeInstanceOf(InputError);
      }),
      { numRuns: 100 },
    );
    await expectClosed();
  });

  it('closes the file when unsubscribed in mid-read', async () => {
    expect(await collect(fromCsv(path, { batchRows: 10, inferRows: 10 }).pipe(take(2)))).toHaveLength(2);
    await expectClosed();
  });

  it('leaves nothing when the writing is given up', async () => {
    const target = join(folder, `unfinished.csv.${extension}`);
    const before = readdirSync(folder);
    const subscription = concat(from(batches), NEVER).pipe(toCsv(target)).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 30));
    subscription.unsubscribe();
    expect(readdirSync(folder)).toEqual(before);
    const bad = new Error('bad row');
    const failing = lastValueFrom(concat(of(batchOf(1)), from(Promise.reject(bad))).pipe(toCsv(target)));
    await expect(failing).rejects.toBe(bad);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('holds an input without rows', async () => {
    const empty = join(folder, `empty.csv.${extension}`);
    const written = await lastValueFrom(of(batchOf(0)).pipe(toCsv(empty), toArray()));
    expect(written).toHaveLength(1);
    expect((await collect(fromCsv(empty))).map(({ numRows }) => numRows)).toEqual([0]);
  });
});
