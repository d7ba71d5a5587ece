import { setImmediate as macrotask } from 'node:timers/promises';
import { Field, Float64, type RecordBatch, Schema, vectorFromArray } from 'apache-arrow';
import {
  concat,
  EMPTY,
  from,
  lastValueFrom,
  NEVER,
  Observable,
  type OperatorFunction,
  of,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { SchemaMismatchError } from '../../src/errors.js';
import { createEmitter } from '../../src/operators/flow.js';
import type { SinkOptions, Written } from '../../src/sinks/write-to.js';
import { batchesOf, batchOf } from './describe-sink.js';

export interface TableSinkCase {
  readonly name: string;
  /** The sink into a new table of that name. */
  sink(table: string, options?: Omit<SinkOptions, 'end'>): OperatorFunction<RecordBatch, Written>;
  /** The rows of a table as [n, label] pairs, in order; undefined where there is no table. */
  read(table: string): Promise<unknown[][] | undefined>;
  /** Resolves when no connection is left open. */
  closed(): Promise<void>;
}

const rowsOf = (rows: number) => Array.from({ length: rows }, (_, n) => [n, `row ${n}, ü`]);

/** What every sink must do that writes into a database: what `describeSink` asks for, but for bytes. */
export function describeTableSink({ name, sink, read, closed }: TableSinkCase): void {
  describe(`${name} as a sink`, () => {
    it.each([
      ['one batch of no rows', [0], 0],
      ['one row', [1], 1],
      ['many batches', [100, 1, 0, 5000], 5101],
    ])('writes %s and says so once', async (_, sizes, total) => {
      const batches = batchesOf(sizes);
      const table = `rows_${total}`;
      const written = await lastValueFrom(from(batches).pipe(sink(table), toArray()));
      expect(written).toEqual([{ rows: total, bytes: expect.any(Number), target: table }]);
      expect(await read(table)).toEqual(rowsOf(total));
      await closed();
    });

    it('has cleaned up when its reader hears of an error in the input', async () => {
      const failing = concat(
        of(batchOf(5000)),
        throwError(() => new Error('bad row')),
      );
      await expect(lastValueFrom(failing.pipe(sink('failed')))).rejects.toThrow('bad row');
      await closed();
      expect(await read('failed')).toBeUndefined();
    });

    it('leaves nothing when it is unsubscribed, whenever that is', async () => {
      for (const ms of [0, 1, 30]) {
        const writing = concat(of(batchOf(5000)), NEVER)
          .pipe(sink('left'))
          .subscribe();
        await new Promise((resolve) => setTimeout(resolve, ms));
        writing.unsubscribe();
        await closed();
        expect(await read('left')).toBeUndefined();
      }
    });

    it('ends with the reason of an abort and leaves nothing', async () => {
      const controller = new AbortController();
      const reason = new Error('stop');
      const aborted = sink('aborted', { signal: controller.signal });
      const result = lastValueFrom(concat(of(batchOf(3)), NEVER).pipe(aborted));
      setTimeout(() => controller.abort(reason), 30);
      await expect(result).rejects.toBe(reason);
      await expect(lastValueFrom(of(batchOf(3)).pipe(aborted))).rejects.toBe(reason);
      await closed();
      expect(await read('aborted')).toBeUndefined();
    });

    it('refuses a batch with another schema and leaves nothing', async () => {
      const fields = [new Field('n', new Float64(), true), batchOf(1).schema.fields[1] as Field];
      const children = [vectorFromArray([1], new Float64()).data[0]!, batchOf(1).data.children[1]!];
      const other = toBatch(new Schema(fields), 1, children);
      const result = lastValueFrom(from([batchOf(1), other]).pipe(sink('mixed')));
      await expect(result).rejects.toThrow(SchemaMismatchError);
      await closed();
      expect(await read('mixed')).toBeUndefined();
    });

    it('goes on where only the metadata of a later batch differs', async () => {
      const fields = batchOf(1).schema.fields.map((field) => field.clone({ metadata: new Map([['note', 'x']]) }));
      const later = toBatch(new Schema(fields), 4, [...batchOf(4, 3).data.children]);
      await lastValueFrom(from([batchOf(3), later]).pipe(sink('noted')));
      expect(await read('noted')).toEqual(rowsOf(7));
    });

    it('holds a batch until the database has it', async () => {
      let drained = false;
      const source = new Observable<RecordBatch>((subscriber) => {
        const emitter = createEmitter(subscriber, 1);
        emitter.emit(batchOf(5000));
        void emitter.drained().then(() => {
          drained = true;
          subscriber.complete();
        });
      });
      const written = lastValueFrom(source.pipe(sink('held')));
      await macrotask();
      expect(drained).toBe(false);
      expect(await written).toMatchObject({ rows: 5000 });
      expect(drained).toBe(true);
    });

    it('makes an empty table of an input without any batch where it is told the columns', async () => {
      await expect(lastValueFrom(EMPTY.pipe(sink('none')))).rejects.toThrow('tables have columns, got none');
      expect(await read('none')).toBeUndefined();
      const written = await lastValueFrom(EMPTY.pipe(sink('columns_only', { schema: batchOf(1).schema })));
      expect(written).toMatchObject({ rows: 0, target: 'columns_only' });
      expect(await read('columns_only')).toEqual([]);
    });
  });
}
