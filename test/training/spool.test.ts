import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dictionary, Field, Int32, type RecordBatch, Schema, Utf8, vectorFromArray } from 'apache-arrow';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { SchemaMismatchError } from '../../src/errors.js';
import { createSpool, type Spool } from '../../src/training/spool.js';
import { expectClosed, rowsOf } from '../sources/fixtures.js';

const directory = mkdtempSync(join(tmpdir(), 'rx-augment-spools-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => expect(readdirSync(directory)).toEqual([]));

const levels = new Dictionary(new Utf8(), new Int32());
const schema = new Schema([
  new Field('n', new Int32(), true),
  new Field('s', new Utf8(), true),
  new Field('d', levels, true),
]);

function batch(from: number, rows = 100): RecordBatch {
  const numbers = Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? null : from + i));
  return batchOf(schema, rows, [
    vectorFromArray(numbers, new Int32()).data[0]!,
    vectorFromArray(
      numbers.map((n) => (n === null ? null : `text ${n}`)),
      new Utf8(),
    ).data[0]!,
    vectorFromArray(
      numbers.map((n) => (n === null ? null : `level ${n % 3}`)),
      levels,
    ).data[0]!,
  ]);
}

async function contents(spool: Spool): Promise<unknown[][]> {
  const batches: RecordBatch[] = [];
  for await (const part of spool.batches()) batches.push(part);
  return rowsOf(batches);
}

const input = Array.from({ length: 10 }, (_, i) => batch(i * 100));

describe('createSpool', () => {
  it.each([0, 10_000, 2 ** 28])(
    'gives the same batches back, several times, with %i bytes of memory',
    async (memoryBytes) => {
      const listeners = process.listenerCount('exit');
      const spool = createSpool({ memoryBytes, directory });
      for (const part of input) await spool.add(part);
      expect(spool.rows).toBe(1000);
      expect(spool.schema?.names).toEqual(['n', 's', 'd']);
      expect(spool.bytesInMemory > 0).toBe(memoryBytes > 20_000);
      expect(readdirSync(directory)).toHaveLength(memoryBytes < 20_000 ? 1 : 0);
      expect(await contents(spool)).toEqual(rowsOf(input));
      const [first, second] = await Promise.all([contents(spool), contents(spool)]);
      expect(first).toEqual(second);
      await spool.add(batch(5000));
      expect(await contents(spool)).toEqual(rowsOf([...input, batch(5000)]));
      await spool.close();
      await spool.close();
      expect(process.listenerCount('exit')).toBe(listeners);
      await expectClosed();
    },
  );

  it('keeps the order of batches added without waiting', async () => {
    const spool = createSpool({ memoryBytes: 5000, directory });
    await Promise.all(input.map((part) => spool.add(part)));
    expect(await contents(spool)).toEqual(rowsOf(input));
    await spool.close();
  });

  it('does not keep the parents of slices', async () => {
    const spool = createSpool({ directory });
    await spool.add(batch(0, 10_000).slice(10, 20));
    expect(spool.bytesInMemory).toBeLessThan(1000);
    for await (const part of spool.batches()) expect(part.data.children[0]!.values.buffer.byteLength).toBe(40);
    await spool.close();
  });

  it('closes the file when a replay is left, and frees an unread spool', async () => {
    const spool = createSpool({ memoryBytes: 0, directory });
    for (const part of input) await spool.add(part);
    for await (const part of spool.batches()) {
      expect(part.numRows).toBe(100);
      break;
    }
    await spool.close();
    await expectClosed();
    await expect(spool.add(batch(0))).rejects.toThrow('closed');
    await expect(contents(spool)).rejects.toThrow('closed');
  });

  it('passes over batches without rows and refuses other columns', async () => {
    const spool = createSpool({ directory });
    await spool.add(batch(0, 0));
    expect(spool.schema?.names).toEqual(['n', 's', 'd']);
    expect(await contents(spool)).toEqual([]);
    const other = batchOf(new Schema([new Field('x', new Int32(), true)]), 1, [
      vectorFromArray([1], new Int32()).data[0]!,
    ]);
    await expect(spool.add(other)).rejects.toThrow(SchemaMismatchError);
    await spool.close();
  });

  it('names the folder that cannot be written', async () => {
    const missing = join(directory, 'missing');
    const spool = createSpool({ memoryBytes: 0, directory: missing });
    await expect(spool.add(batch(0))).rejects.toThrow(`Expected room for a temporary file in ${missing}, got ENOENT`);
    await spool.close();
    expect(() => createSpool({ memoryBytes: -1 })).toThrow(RangeError);
  });

  /** Runs a script in a process of its own, in which `spool` has `add` called with 1000 numbers at a time. */
  function run(script: string, shell = ''): { status: number | null; output: string } {
    const dist = new URL('../../dist/', import.meta.url).href;
    const file = join(directory, 'script.mjs');
    const root = new URL('../../node_modules/apache-arrow/Arrow.node.mjs', import.meta.url).href;
    writeFileSync(
      file,
      `import { Field, Int32, Schema, vectorFromArray } from '${root}';
      import { batchOf } from '${dist}batches/batch-of.js';
      import { createSpool } from '${dist}training/spool.js';
      const numbers = Int32Array.from({ length: 1000 }, (_, i) => i);
      const batch = () => batchOf(new Schema([new Field('n', new Int32(), true)]), 1000, [vectorFromArray(numbers).data[0]]);
      const spool = createSpool({ memoryBytes: 0, directory: ${JSON.stringify(directory)} });
      ${script}`,
    );
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${shell} exec "${process.execPath}" "${file}"`], {
      encoding: 'utf8',
    });
    rmSync(file);
    return { status, output: stdout + stderr };
  }

  it('takes no more memory for more batches, by default', () => {
    const { output } = run(`
      const many = createSpool({ directory: ${JSON.stringify(directory)} });
      const ints = (i) => new Int32Array(16_384).fill(i);
      const add = async (i) => many.add(batchOf(schema, 16_384, [vectorFromArray(ints(i)).data[0]]));
      const schema = new Schema([new Field('n', new Int32(), true)]);
      const peakMb = () => process.resourceUsage().maxRSS / 1024;
      for (let i = 0; i < 400; i += 1) await add(i);
      const before = peakMb();
      for (let i = 0; i < 2000; i += 1) await add(i);
      console.log(many.rows, Math.round(peakMb() - before));
      await many.close();`);
    const [rows, grownMb] = output.split(' ').map(Number);
    // 25 MB of batches come first, then 125 MB.
    expect(rows).toBe(2400 * 16_384);
    expect(grownMb).toBeLessThan(40);
  });

  it('removes its folder when the process exits without closing', () => {
    const { status, output } = run(`
      await spool.add(batch());
      const { readdirSync } = await import('node:fs');
      console.log(readdirSync(${JSON.stringify(directory)}).filter((name) => name.startsWith('rx-augment-')).length);
      process.exit(3);`);
    expect(output).toBe('1\n');
    expect(status).toBe(3);
  });

  it('says so when the disk is full, and leaves nothing', () => {
    const { output } = run(
      `for (let i = 0; i < 100; i += 1) {
        const error = await spool.add(batch()).then(() => undefined, (error) => error);
        if (error === undefined) continue;
        console.log(error.message);
        console.log((await spool.add(batch()).catch((error) => error)) === error);
        break;
      }
      console.log(spool.rows);
      await spool.close();`,
      'ulimit -f 64;',
    );
    expect(output).toMatch(/^Expected room for a temporary file in .*rx-augment-\w+, got EFBIG.*\ntrue\n\d+\n$/);
  });
});
