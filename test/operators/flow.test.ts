import { setImmediate as macrotask, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  bufferCount,
  delay,
  EMPTY,
  filter,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  mergeMap,
  Observable,
  type OperatorFunction,
  of,
  Subject,
  share,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  createEmitter,
  type Emitter,
  fromAsync,
  hold,
  mapOrdered,
  perItem,
  toAsyncIterable,
  transform,
} from '../../src/operators/flow.js';
import { turnCounter, work } from '../turns.js';

/** Counts what was produced and consumed, and the largest difference there ever was. */
function gauge() {
  return {
    produced: 0,
    consumed: 0,
    gap: 0,
    returned: false,
    produce(n = 1) {
      this.produced += n;
      this.gap = Math.max(this.gap, this.produced - this.consumed);
    },
  };
}
type Gauge = ReturnType<typeof gauge>;

/** 0, 1, 2 ... n - 1, counted as they are read. */
function counted(n: number, g: Gauge, options: { limit?: number; signal?: AbortSignal } = {}) {
  return fromAsync(async function* () {
    try {
      for (let i = 0; i < n; i += 1) {
        g.produce();
        yield i;
      }
    } finally {
      g.returned = true;
    }
  }, options);
}

/** A sink: takes its values one after the other, `ms` each, holding what it has not done; -1 is one turn of the event loop. */
function sink<T>(ms: number, done: (value: T) => void = () => {}): OperatorFunction<T, T> {
  return (source) =>
    new Observable((subscriber) => {
      const queue: { value: T; release: () => void }[] = [];
      let busy = false;
      let ended = false;
      const work = async () => {
        busy = true;
        for (let item = queue[0]; item !== undefined; item = queue[0]) {
          await (ms < 0 ? macrotask() : sleep(ms));
          if (subscriber.closed) return;
          queue.shift();
          try {
            done(item.value);
          } catch (error) {
            item.release();
            subscriber.error(error);
            return;
          }
          item.release();
          subscriber.next(item.value);
        }
        busy = false;
        if (ended) subscriber.complete();
      };
      subscriber.add(() => {
        for (const { release } of queue.splice(0)) release();
      });
      subscriber.add(
        source.subscribe({
          next(value) {
            queue.push({ value, release: hold() });
            if (!busy) void work();
          },
          error: (error) => subscriber.error(error),
          complete() {
            ended = true;
            if (!busy) subscriber.complete();
          },
        }),
      );
    });
}

const all = <T>(stream: Observable<T>) => lastValueFrom(stream.pipe(toArray()));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('turns of the event loop', () => {
  it('come after two pieces of work of 3 ms, however many stages work', async () => {
    const turns = turnCounter();
    const busy = <T>(value: T): T => {
      turns.piece();
      work(3);
      return value;
    };
    const source = fromAsync(async function* () {
      for (let i = 0; i < 30; i += 1) yield busy(i);
    });
    const stage = () => mapOrdered(async (value: number) => busy(value), { concurrency: 2 });
    const values = await all(source.pipe(stage(), stage()));
    turns.stop();
    expect(values).toEqual(upTo(30));
    expect(turns.most).toBeLessThanOrEqual(2);
  });
});

describe('back-pressure', () => {
  it.each([1, 2, 7])('keeps a fast source at most %i values ahead of a slow sink', async (limit) => {
    const g = gauge();
    const values = await all(counted(100, g, { limit }).pipe(sink(-1, () => (g.consumed += 1))));
    expect(values).toEqual(upTo(100));
    expect(g.gap).toBe(limit);
  });

  it('does not bound what nobody holds: without a scope the gap is the whole input', async () => {
    const g = gauge();
    const unbounded = new Observable<number>((subscriber) => {
      for (let i = 0; i < 100; i += 1) {
        g.produce();
        subscriber.next(i);
      }
      subscriber.complete();
    });
    await all(unbounded.pipe(sink(-1, () => (g.consumed += 1))));
    expect(g.gap).toBe(100);
  });

  it.each([
    ['90 %', (i: number) => i % 10 === 0, 100],
    ['100 %', () => false, 0],
  ])('does not stall behind a filter that drops %s', async (_, keep, kept) => {
    const g = gauge();
    const drop = tap((i: number) => {
      if (!keep(i)) g.consumed += 1;
    });
    const values = await all(
      counted(1000, g, { limit: 3 }).pipe(
        drop,
        filter(keep),
        sink(-1, () => (g.consumed += 1)),
      ),
    );
    expect(values).toHaveLength(kept);
    expect(g.gap).toBeLessThanOrEqual(3 + 1);
  });

  it('bounds one-to-50 expansion inside a stage at the limit of outputs', async () => {
    const input = gauge();
    const output = gauge();
    const expand = mapOrdered<number, number>(
      async function* (i) {
        for (let k = 0; k < 50; k += 1) {
          output.produce();
          yield i * 50 + k;
        }
        input.consumed += 1;
      },
      { limit: 4 },
    );
    const values = await all(
      counted(20, input, { limit: 2 }).pipe(
        expand,
        sink(-1, () => (output.consumed += 1)),
      ),
    );
    expect(values).toEqual(upTo(1000));
    expect(output.gap).toBeLessThanOrEqual(4 + 1);
    expect(input.gap).toBeLessThanOrEqual(2 + 1);
  });

  it('reads no further while the 50 values of one synchronous expansion are kept', async () => {
    const g = gauge();
    let left = 0;
    const expand = mergeMap((i: number) => from(upTo(50).map((k) => i * 50 + k)));
    const stream = counted(20, g, { limit: 4 }).pipe(
      expand,
      sink(-1, () => {
        left += 1;
        g.consumed = Math.floor(left / 50);
      }),
    );
    expect(await all(stream)).toEqual(upTo(1000));
    expect(g.gap).toBeLessThanOrEqual(2);
  });

  it('bounds bufferCount by the limit in buffers, plus the one that fills', async () => {
    const g = gauge();
    const values = await all(
      counted(205, g, { limit: 2 }).pipe(
        bufferCount(10),
        sink<number[]>(-1, (buffer) => {
          g.consumed += buffer.length;
        }),
      ),
    );
    expect(values.flat()).toEqual(upTo(205));
    expect(g.gap).toBeGreaterThan(10);
    expect(g.gap).toBeLessThanOrEqual(2 * 10 + 10);
  });

  it('runs at the pace of the slowest of the sinks that share a source', async () => {
    const g = gauge();
    let slowDone = 0;
    const shared = counted(60, g, { limit: 4 }).pipe(share());
    const slow = all(shared.pipe(sink(2, () => (slowDone = g.consumed += 1))));
    const fast = all(shared.pipe(sink(-1)));
    expect(await fast).toEqual(upTo(60));
    expect(slowDone).toBeGreaterThan(50);
    expect(await slow).toEqual(upTo(60));
    expect(g.gap).toBeLessThanOrEqual(4);
  });

  it('waits for downstream only: stages in a row each stay within their own limit', async () => {
    const g = gauge();
    const stage = () => mapOrdered(async (i: number) => i, { limit: 2, concurrency: 2 });
    const values = await all(
      counted(200, g, { limit: 2 }).pipe(
        stage(),
        stage(),
        stage(),
        sink(-1, () => (g.consumed += 1)),
      ),
    );
    expect(values).toEqual(upTo(200));
    expect(g.gap).toBeLessThanOrEqual(4 * 2 + 3);
  });
});

describe('fromAsync', () => {
  it.each([0, 1, 1000])('emits %i values in order and completes', async (n) => {
    const g = gauge();
    expect(await all(counted(n, g))).toEqual(upTo(n));
    expect(g.returned).toBe(true);
  });

  it('stops reading and returns the iterator at take', async () => {
    const g = gauge();
    expect(await all(counted(1e6, g, { limit: 3 }).pipe(take(5)))).toEqual(upTo(5));
    await macrotask();
    expect(g.returned).toBe(true);
    expect(g.produced).toBeLessThanOrEqual(6);
  });

  it('stops reading and returns the iterator when a sink fails, holding others or not', async () => {
    const g = gauge();
    const failing = sink<number>(-1, (i) => {
      if (i === 7) throw new Error('disk full');
      g.consumed += 1;
    });
    await expect(all(counted(1e6, g, { limit: 3 }).pipe(failing))).rejects.toThrow('disk full');
    await macrotask();
    expect(g.returned).toBe(true);
    expect(g.produced).toBeLessThanOrEqual(7 + 3);
  });

  it('wakes and returns when unsubscribed while it waits for a sink that never finishes', async () => {
    const g = gauge();
    const subscription = counted(100, g, { limit: 2 }).pipe(sink(60_000)).subscribe();
    await sleep(5);
    expect(g.produced).toBe(2);
    expect(g.returned).toBe(false);
    subscription.unsubscribe();
    await macrotask();
    expect(g.returned).toBe(true);
    expect(g.produced).toBe(2);
  });

  it('passes an error of the iterable on after the values before it', async () => {
    const seen: number[] = [];
    const stream = fromAsync(async function* () {
      yield 1;
      throw new SyntaxError('bad row');
    });
    await expect(lastValueFrom(stream.pipe(tap((i) => seen.push(i))))).rejects.toThrow(SyntaxError);
    expect(seen).toEqual([1]);
  });

  it('passes on an error thrown before there is an iterator', async () => {
    const stream = fromAsync<number>(() => {
      throw new Error('no such file');
    });
    await expect(lastValueFrom(stream)).rejects.toThrow('no such file');
  });

  it('ends a pending read when the caller aborts, with the reason as the error', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    let readEnded: unknown;
    const stream = fromAsync(
      async function* (signal) {
        yield 1;
        try {
          await sleep(60_000, undefined, { signal });
        } catch (error) {
          readEnded = (error as Error).cause;
        }
        yield 2;
      },
      { signal: controller.signal },
    );
    const seen: number[] = [];
    setTimeout(() => controller.abort(reason), 5);
    await expect(lastValueFrom(stream.pipe(tap((i) => seen.push(i))))).rejects.toBe(reason);
    await macrotask();
    expect(readEnded).toBe(reason);
    expect(seen).toEqual([1]);
  });

  it('ends a pending read on unsubscribe', async () => {
    let aborted = false;
    const stream = fromAsync<number>(async function* (signal) {
      await sleep(60_000, undefined, { signal }).catch(() => {
        aborted = true;
      });
    });
    const subscription = stream.subscribe();
    await macrotask();
    subscription.unsubscribe();
    await macrotask();
    expect(aborted).toBe(true);
  });

  it('does not read at all when the signal is aborted before', async () => {
    const g = gauge();
    await expect(all(counted(5, g, { signal: AbortSignal.abort(new Error('early')) }))).rejects.toThrow('early');
    await macrotask();
    expect(g.produced).toBe(0);
  });

  it('lets the event loop turn while it emits values that nobody holds', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const until = performance.now() + 200;
    await lastValueFrom(
      fromAsync(async function* () {
        while (performance.now() < until) yield 0;
      }),
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(4);
  });

  it('refuses a limit below 1', () => {
    expect(() => fromAsync(async function* () {}, { limit: 0 })).toThrow(RangeError);
  });
});

describe('hold and createEmitter', () => {
  it('does nothing outside a scope', () => {
    const release = hold();
    expect(() => {
      release();
      release();
    }).not.toThrow();
  });

  it('counts a release once', async () => {
    const releases: (() => void)[] = [];
    let ready = false;
    new Observable<number>((subscriber) => {
      const emitter = createEmitter(subscriber, 1);
      emitter.emit(1);
      emitter.emit(2);
      void emitter.drained().then(() => {
        ready = true;
      });
    }).subscribe({ next: () => releases.push(hold()) });
    releases[0]!();
    releases[0]!();
    await macrotask();
    expect(ready).toBe(false);
    releases[1]!();
    await macrotask();
    expect(ready).toBe(true);
  });

  it('gives inner scopes back to the outer one', async () => {
    const outcome: string[] = [];
    new Observable<number>((subscriber) => {
      const outer = createEmitter(subscriber, 1);
      outer.emit(1);
      void outer.drained().then(() => outcome.push('outer'));
    }).subscribe(() => {
      new Observable<number>((subscriber) => {
        const inner = createEmitter(subscriber, 1);
        inner.emit(1);
        void inner.drained().then(() => outcome.push('inner'));
      }).subscribe();
      hold();
    });
    await macrotask();
    expect(outcome).toEqual(['inner']);
  });

  it('resolves drained() at once after close()', async () => {
    await new Promise<void>((resolve) => {
      new Observable<number>((subscriber) => {
        const emitter = createEmitter(subscriber, 1);
        emitter.emit(1);
        const before = emitter.drained();
        emitter.close();
        void before.then(() => emitter.drained()).then(resolve);
      }).subscribe(() => hold());
    });
  });
});

describe('mapOrdered', () => {
  it('keeps the order whatever the projections take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ turns: fc.nat(4), outputs: fc.nat(3), promise: fc.boolean() }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        async (items, concurrency, limit) => {
          const turns = async (n: number) => {
            for (let i = 0; i < n; i += 1) await macrotask();
          };
          const results = await all(
            from(items).pipe(
              mapOrdered<(typeof items)[number], string>(
                (item, index) =>
                  item.promise
                    ? turns(item.turns).then(() => `${index}`)
                    : (async function* () {
                        for (let k = 0; k < item.outputs; k += 1) {
                          await turns(item.turns);
                          yield `${index}.${k}`;
                        }
                      })(),
                { concurrency, limit },
              ),
            ),
          );
          const expected = items.flatMap((item, i) =>
            item.promise ? [`${i}`] : Array.from({ length: item.outputs }, (_, k) => `${i}.${k}`),
          );
          expect(results).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([1, 3])('runs %i projections at a time, and no more', async (concurrency) => {
    let running = 0;
    let most = 0;
    const g = gauge();
    await all(
      counted(30, g, { limit: 8 }).pipe(
        mapOrdered(
          async (i) => {
            running += 1;
            most = Math.max(most, running);
            await sleep(i % 3);
            running -= 1;
            g.consumed += 1;
          },
          { concurrency },
        ),
      ),
    );
    expect(most).toBe(concurrency);
    expect(g.gap).toBeLessThanOrEqual(8 + 1);
  });

  it('aborts what runs, drops what waits and releases all on an error', async () => {
    const g = gauge();
    const aborted: number[] = [];
    const started: number[] = [];
    const stage = mapOrdered(
      async (i: number, _index, signal) => {
        started.push(i);
        if (i === 2) {
          await sleep(5);
          throw new Error('third');
        }
        if (i > 2) {
          await sleep(60_000, undefined, { signal }).catch(() => aborted.push(i));
        }
        return i;
      },
      { concurrency: 3 },
    );
    const seen: number[] = [];
    await expect(
      all(
        counted(100, g, { limit: 8 }).pipe(
          stage,
          tap((i) => seen.push(i)),
        ),
      ),
    ).rejects.toThrow('third');
    await macrotask();
    expect(seen).toEqual([0, 1]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(aborted).toEqual([3, 4]);
    expect(g.returned).toBe(true);
  });

  it('passes a projection that throws on as an error', async () => {
    const stage = mapOrdered((): Promise<number> => {
      throw new Error('at once');
    });
    await expect(all(of(1).pipe(stage))).rejects.toThrow('at once');
  });

  it('passes an error of the input on and aborts what runs', async () => {
    let aborted = false;
    const input = new Subject<number>();
    const result = all(
      input.pipe(
        mapOrdered(async (_i, _index, signal) => {
          await sleep(60_000, undefined, { signal }).catch(() => {
            aborted = true;
          });
        }),
      ),
    );
    input.next(1);
    await macrotask();
    input.error(new Error('read'));
    await expect(result).rejects.toThrow('read');
    await macrotask();
    expect(aborted).toBe(true);
  });

  it('releases held inputs, aborts and returns iterators on unsubscribe', async () => {
    let returned = 0;
    let ready = false;
    const subscription = new Observable<number>((subscriber) => {
      const emitter = createEmitter(subscriber, 3);
      for (const i of [1, 2, 3]) emitter.emit(i);
      void emitter.drained().then(() => (ready = true));
    })
      .pipe(
        mapOrdered(
          async function* (i) {
            try {
              for (;;) yield i;
            } finally {
              returned += 1;
            }
          },
          { concurrency: 2, limit: 1 },
        ),
        sink(60_000),
      )
      .subscribe();
    await sleep(2);
    expect(ready).toBe(false);
    subscription.unsubscribe();
    await sleep(2);
    expect(ready).toBe(true);
    expect(returned).toBe(2);
  });

  it('completes on an empty input and when projections give nothing', async () => {
    expect(await all(EMPTY.pipe(mapOrdered(async () => 1)))).toEqual([]);
    expect(await all(from([1, 2]).pipe(mapOrdered(async function* () {})))).toEqual([]);
  });

  it('does not start again after take', async () => {
    let started = 0;
    const g = gauge();
    const stage = mapOrdered(async (i: number) => {
      started += 1;
      return i;
    });
    expect(await firstValueFrom(counted(1000, g, { limit: 2 }).pipe(stage))).toBe(0);
    await sleep(2);
    expect(started).toBeLessThanOrEqual(2);
    expect(g.returned).toBe(true);
  });

  it('refuses a concurrency below 1', () => {
    expect(() => mapOrdered(async () => 1, { concurrency: 0 })).toThrow(RangeError);
  });
});

describe('perItem', () => {
  it('bounds a foreign asynchronous operator, which alone would read everything', async () => {
    const bounded = gauge();
    const free = gauge();
    const slow = map((i: number) => i + 1);
    const done = (g: Gauge) =>
      tap<number>(() => {
        g.consumed += 1;
      });
    const values = await all(counted(40, bounded, { limit: 3 }).pipe(perItem(delay(1), slow), done(bounded)));
    await all(counted(40, free, { limit: 3 }).pipe(delay(1), slow, done(free)));
    expect(values).toEqual(upTo(40).map((i) => i + 1));
    expect(bounded.gap).toBeLessThanOrEqual(3 + 1);
    expect(free.gap).toBeGreaterThan(10);
  });

  it('stays bounded before a slow sink', async () => {
    const g = gauge();
    const stage = perItem(mergeMap(async (i: number) => i));
    const values = await all(
      counted(60, g, { limit: 2 }).pipe(
        stage,
        sink(-1, () => (g.consumed += 1)),
      ),
    );
    expect(values).toEqual(upTo(60));
    expect(g.gap).toBeLessThanOrEqual(2 + 4 + 1);
  });

  it('passes errors on and unsubscribes the inner stream', async () => {
    await expect(all(of(1).pipe(perItem(mergeMap(() => throwError(() => new Error('inner'))))))).rejects.toThrow(
      'inner',
    );
    let torn = false;
    const endless = perItem<number, number>(mergeMap(() => new Observable<number>(() => () => (torn = true))));
    const subscription = of(1).pipe(endless).subscribe();
    await macrotask();
    expect(torn).toBe(false);
    subscription.unsubscribe();
    await macrotask();
    expect(torn).toBe(true);
  });
});

describe('transform', () => {
  const doubled = transform<number, number>(async function* (values) {
    await macrotask();
    for await (const value of values) yield 2 * value;
  });

  it('misses nothing of a stream that already runs', async () => {
    const subject = new Subject<number>();
    const result = firstValueFrom(subject.pipe(doubled, toArray()));
    for (const value of upTo(5)) subject.next(value);
    subject.complete();
    expect(await result).toEqual([0, 2, 4, 6, 8]);
  });

  it('misses nothing of a source that it shares with a sink, and holds it up', async () => {
    const g = gauge();
    const shared = counted(40, g, { limit: 2 }).pipe(share());
    const result = firstValueFrom(shared.pipe(doubled, toArray()));
    await lastValueFrom(shared.pipe(sink(0, () => (g.consumed += 1))));
    expect(await result).toEqual(upTo(40).map((value) => 2 * value));
    expect(g.gap).toBeLessThanOrEqual(3);
  });

  it('unsubscribes and releases what waits when it is left before its first turn', async () => {
    let emitter: Emitter<number> | undefined;
    let left = false;
    const source = new Observable<number>((subscriber) => {
      emitter = createEmitter(subscriber, 1);
      return () => {
        left = true;
      };
    });
    const subscription = source.pipe(doubled).subscribe();
    emitter?.emit(1);
    let drained = false;
    void emitter?.drained().then(() => {
      drained = true;
    });
    await Promise.resolve();
    expect([left, drained]).toEqual([false, false]);
    subscription.unsubscribe();
    await Promise.resolve();
    expect([left, drained]).toEqual([true, true]);
  });

  it('does not subscribe when the signal is aborted before', () => {
    let subscribed = false;
    const source = new Observable<number>(() => {
      subscribed = true;
    });
    let reason: unknown;
    const signal = AbortSignal.abort('enough');
    source.pipe(transform((values) => values, { signal })).subscribe({
      error: (error) => {
        reason = error;
      },
    });
    expect([reason, subscribed]).toEqual(['enough', false]);
  });

  it('passes errors of its input on and ends it at take', async () => {
    const failing = throwError(() => new Error('bad')).pipe(doubled);
    await expect(lastValueFrom(failing)).rejects.toThrow('bad');
    const g = gauge();
    expect(await lastValueFrom(counted(1e6, g, { limit: 2 }).pipe(doubled, take(3), toArray()))).toEqual([0, 2, 4]);
    await macrotask();
    expect(g.returned).toBe(true);
  });
});

describe('toAsyncIterable', () => {
  it('reads a stream no faster than the loop', async () => {
    const g = gauge();
    const seen: number[] = [];
    for await (const i of toAsyncIterable(counted(30, g, { limit: 2 }))) {
      await macrotask();
      g.consumed += 1;
      seen.push(i);
    }
    expect(seen).toEqual(upTo(30));
    expect(g.gap).toBe(2);
  });

  it('unsubscribes when the loop is left', async () => {
    const g = gauge();
    for await (const i of toAsyncIterable(counted(1e6, g, { limit: 2 }))) if (i === 3) break;
    await macrotask();
    expect(g.returned).toBe(true);
    expect(g.produced).toBeLessThanOrEqual(6);
  });

  it('throws the error of the stream, and the reason of the signal', async () => {
    await expect(toAsyncIterable(throwError(() => new Error('bad'))).next()).rejects.toThrow('bad');
    const controller = new AbortController();
    const waiting = toAsyncIterable(new Subject(), controller.signal).next();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
