import type { RecordBatch } from 'apache-arrow';
import { type Observable, take } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { hold, type Release } from '../../src/operators/flow.js';
import { collect, rowsOf } from '../sources/fixtures.js';

export interface QueryOptions {
  readonly batchRows?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface QuerySourceCase {
  readonly name: string;
  /** A table with columns `id` (0, 1, 2 ...) and `name` (`name 0` ..., null where the id is a multiple of 5). */
  open(rows: number, options?: QueryOptions): Observable<RecordBatch>;
  /** A query that fails, as its table is not there. */
  openNothing(): Observable<RecordBatch>;
  /** Resolves when no connection is left open. */
  closed(): Promise<void>;
}

const expected = (rows: number) => Array.from({ length: rows }, (_, i) => [i, i % 5 === 0 ? null : `name ${i}`]);

/** What every source must do that asks a database: what `describeSource` asks for, but for bytes. */
export function describeQuerySource({ name, open, openNothing, closed }: QuerySourceCase): void {
  describe(`${name} as a source`, () => {
    it.each([1, 7, 64, 10_000])('reads %i rows, any number of times', async (rows) => {
      const source = open(rows);
      expect(rowsOf(await collect(source))).toEqual(expected(rows));
      expect(rowsOf(await collect(source))).toEqual(expected(rows));
      await closed();
    });

    it('gives one batch without rows for a table without rows', async () => {
      const batches = await collect(open(0));
      expect(batches.map(({ numRows }) => numRows)).toEqual([0]);
      expect(batches[0]?.schema.names).toEqual(['id', 'name']);
    });

    it.each([1, 7, 50, 60])('gives batches of exactly %i rows, the last one smaller', async (batchRows) => {
      const batches = await collect(open(50, { batchRows }));
      expect(batches.map(({ numRows }) => numRows)).toEqual(
        Array.from({ length: Math.ceil(50 / batchRows) }, (_, i) => Math.min(batchRows, 50 - i * batchRows)),
      );
      expect(rowsOf(batches)).toEqual(expected(50));
    });

    it('refuses sizes that are none', () => {
      for (const batchRows of [0, 1.5, Number.NaN]) expect(() => open(1, { batchRows })).toThrow(RangeError);
      expect(() => open(1, { limit: 0 })).toThrow(RangeError);
    });

    it('says in one line what the database refuses, and closes', async () => {
      await expect(collect(openNothing())).rejects.toThrow(/^Expected the rows of [^\n]*, got: [^\n]*not exist[^\n]*$/);
      await closed();
    });

    it('closes when unsubscribed in mid-read, and before the first batch', async () => {
      expect(await collect(open(20_000, { batchRows: 10 }).pipe(take(3)))).toHaveLength(3);
      await closed();
      open(20_000).subscribe().unsubscribe();
      const reading = open(20_000).subscribe();
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading.unsubscribe();
      await closed();
    });

    it('ends with the reason of an abort, and closes', async () => {
      const controller = new AbortController();
      const result = open(20_000, { batchRows: 10, signal: controller.signal }).forEach(() => {
        controller.abort(new Error('enough'));
      });
      await expect(result).rejects.toThrow('enough');
      await expect(collect(open(1, { signal: controller.signal }))).rejects.toThrow('enough');
      await closed();
    });

    it('reads no further than the batches that are held', async () => {
      const held: Release[] = [];
      const reading = open(20_000, { batchRows: 10, limit: 2 }).subscribe(() => held.push(hold()));
      await vi.waitFor(() => expect(held).toHaveLength(2));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(held).toHaveLength(2);
      held[0]?.();
      await vi.waitFor(() => expect(held).toHaveLength(3));
      reading.unsubscribe();
      await closed();
    });
  });
}
