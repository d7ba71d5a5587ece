import { Observable, type OperatorFunction, of, type Subscriber, Subscription } from 'rxjs';
import { pace } from '../pace.js';
import { valueText } from '../value-text.js';

/*
 * Back-pressure for RxJS by hold scopes. `next()` is synchronous, so whoever keeps a value past the call says so during
 * the call with `hold()`. Every emitter that works asynchronously owns a scope, emits only through it, and waits while
 * the scope counts `limit` holds or more. A value that nobody held is finished, so a filter that drops values never
 * stalls its source; and as a stage waits only for scopes downstream of itself, there is no cycle to lock up in.
 */

/** Gives a held value back; calls after the first do nothing. */
export type Release = () => void;

/** The scope that a stage emits through. */
export interface Emitter<T> {
  /** Passes a value on; holds taken during the call count for this emitter. */
  emit(value: T): void;
  /** Resolves when fewer than `limit` holds are left (at once if so), or when the emitter is closed. */
  drained(): Promise<void>;
  /** Wakes whoever waits for `drained()`, now and later. */
  close(): void;
}

/** Options of `fromAsync`. */
export interface FromAsyncOptions {
  /** Number of values kept downstream at which the source pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of `mapOrdered`. */
export interface MapOrderedOptions {
  /** Number of projections that may run at a time, 1 or more; default 1. */
  readonly concurrency?: number;
  /** Number of outputs kept downstream at which the stage pauses, 1 or more; default 4. */
  readonly limit?: number;
}

const defaultLimit = 4;

/** The emitter whose `emit` is on the stack. */
let current: { hold(): Release } | undefined;

/**
 * Says, inside `next()`, that the value is kept past the call: its emitter counts it until the release is called, which
 * must happen exactly once for every value, on errors and teardown too. Outside any emitter it does nothing.
 */
export function hold(): Release {
  return current?.hold() ?? (() => {});
}

/** Makes the emitter of a stage that works asynchronously. `limit` is 1 or more, a RangeError otherwise; default 4. */
export function createEmitter<T>(subscriber: Subscriber<T>, limit = defaultLimit): Emitter<T> {
  requireCount('limit', limit);
  let held = 0;
  let closed = false;
  let waiters: (() => void)[] = [];
  const wake = () => {
    const woken = waiters;
    waiters = [];
    for (const resolve of woken) resolve();
  };
  const scope = {
    hold(): Release {
      let kept = true;
      held += 1;
      return () => {
        if (!kept) return;
        kept = false;
        held -= 1;
        if (held < limit) wake();
      };
    },
  };
  return {
    emit(value) {
      const previous = current;
      current = scope;
      try {
        subscriber.next(value);
      } finally {
        current = previous;
      }
    },
    drained: () =>
      closed || held < limit ? Promise.resolve() : new Promise<void>((resolve) => waiters.push(() => resolve())),
    close() {
      closed = true;
      wake();
    },
  };
}

/**
 * A source made of an async iterable, read no faster than what is downstream can take it.
 *
 * `iterate` is called once per subscription; its signal aborts on unsubscribe, so that a pending read can end, and then
 * the iterator is returned. The event loop gets a turn about every 4 ms (see `pace`). An abort of `options.signal` is an error
 * notification with the signal's reason.
 */
export function fromAsync<T>(
  iterate: (signal: AbortSignal) => AsyncIterable<T>,
  { limit = defaultLimit, signal }: FromAsyncOptions = {},
): Observable<T> {
  requireCount('limit', limit);
  return new Observable<T>((subscriber) => {
    const controller = new AbortController();
    const emitter = createEmitter(subscriber, limit);
    let iterator: AsyncIterator<T> | undefined;
    const abort = () => subscriber.error(signal?.reason);

    async function run(): Promise<void> {
      iterator = iterate(controller.signal)[Symbol.asyncIterator]();
      for (;;) {
        await pace();
        if (subscriber.closed) return;
        const result = await iterator.next();
        if (subscriber.closed) return;
        if (result.done) return subscriber.complete();
        emitter.emit(result.value);
        await emitter.drained();
      }
    }

    subscriber.add(() => {
      signal?.removeEventListener('abort', abort);
      controller.abort(signal?.reason);
      emitter.close();
      end(iterator);
    });
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    // From a microtask: never inside the scope of an emitter that happens to be on the stack, never before `subscribe` returns.
    queueMicrotask(() => {
      if (!subscriber.closed) run().catch((error: unknown) => subscriber.error(error));
    });
  });
}

/**
 * Maps each value to a promise's result or to the values of an async iterable, keeping the order of the input.
 *
 * At most `concurrency` projections run at a time, each no more than one output ahead of its turn; further inputs are
 * queued and held, and an input is released when its last output was taken downstream. The first error, from the input
 * or from the projection whose turn it is, ends the stream; errors and unsubscribing abort the signal of the running
 * projections, return their iterators and release every input. `concurrency` and `limit` are 1 or more, a RangeError otherwise.
 */
export function mapOrdered<T, R>(
  project: (value: T, index: number, signal: AbortSignal) => AsyncIterable<R> | Promise<R>,
  { concurrency = 1, limit = defaultLimit }: MapOrderedOptions = {},
): OperatorFunction<T, R> {
  requireCount('concurrency', concurrency);
  requireCount('limit', limit);
  return (source) =>
    new Observable<R>((subscriber) => {
      const controller = new AbortController();
      const emitter = createEmitter(subscriber, limit);
      const tasks: Task<T, R>[] = [];
      let index = 0;
      let running = false;
      let inputEnded = false;

      function start(): void {
        for (const task of tasks.slice(0, concurrency)) {
          if (task.first !== undefined) continue;
          task.first = Promise.resolve(pace()).then(() => {
            controller.signal.throwIfAborted();
            task.iterator = iteratorOf(project(task.value, task.index, controller.signal));
            return task.iterator.next();
          });
          task.first.catch(() => {}); // It is reported when the task's turn comes.
        }
      }

      async function run(): Promise<void> {
        running = true;
        for (let task = tasks[0]; task !== undefined; task = tasks[0]) {
          let result = await task.first;
          while (result !== undefined && !result.done && !subscriber.closed) {
            emitter.emit(result.value);
            await emitter.drained();
            await pace();
            if (!subscriber.closed) result = await task.iterator?.next();
          }
          if (subscriber.closed) return;
          tasks.shift();
          task.release();
          start();
        }
        running = false;
        if (inputEnded) subscriber.complete();
      }

      subscriber.add(() => {
        controller.abort();
        emitter.close();
        for (const { release, iterator } of tasks.splice(0)) {
          release();
          end(iterator);
        }
      });
      subscriber.add(
        source.subscribe({
          next(value) {
            if (subscriber.closed) return;
            tasks.push({ value, index, release: hold() });
            index += 1;
            start();
            if (!running) run().catch((error: unknown) => subscriber.error(error));
          },
          error: (error: unknown) => subscriber.error(error),
          complete() {
            inputEnded = true;
            if (!running) subscriber.complete();
          },
        }),
      );
    });
}

/**
 * Runs operators that know nothing of holds, such as `delay` or `mergeMap` with a promise, within their bounds: once per
 * value, one value after the other, each held until the inner stream has completed and its outputs were taken downstream.
 *
 * `operators` see a stream of one value each time, so state such as a running count starts anew. The outputs of one value
 * are queued without a bound.
 */
export function perItem<T, R>(operator: OperatorFunction<T, R>): OperatorFunction<T, R>;
export function perItem<T, A, R>(first: OperatorFunction<T, A>, second: OperatorFunction<A, R>): OperatorFunction<T, R>;
export function perItem<T, A, B, R>(
  first: OperatorFunction<T, A>,
  second: OperatorFunction<A, B>,
  third: OperatorFunction<B, R>,
): OperatorFunction<T, R>;
export function perItem<T, R>(...operators: OperatorFunction<never, unknown>[]): OperatorFunction<T, R>;
export function perItem<T, R>(...operators: OperatorFunction<never, unknown>[]): OperatorFunction<T, R> {
  const other = operators.findIndex((operator) => typeof operator !== 'function');
  if (other >= 0) throw new TypeError(`Expected operators, got ${valueText(operators[other])}`);
  return mapOrdered((value: T, _index, signal) => {
    const inner = operators.reduce<Observable<unknown>>(
      (stream, operator) => operator(stream as Observable<never>),
      of(value),
    );
    return toAsyncIterable(inner as Observable<R>, signal);
  });
}

/**
 * Makes a stream of another by an async iterable over its values, each held until the next one is asked for. Like every
 * operator, and unlike a `toAsyncIterable` within, it subscribes at once: nothing of a stream that is shared or already runs
 * is missed. All else as `fromAsync`.
 */
export function transform<T, R>(
  iterate: (values: AsyncIterable<T>, signal: AbortSignal) => AsyncIterable<R>,
  options: FromAsyncOptions = {},
): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const queue = createQueue<T>();
      subscriber.add(queue.close);
      fromAsync((signal) => iterate(queue.values(signal), signal), options).subscribe(subscriber);
      if (!subscriber.closed) queue.fill(source);
    });
}

/**
 * The values of a stream as an async iterable: each is held until the next one is asked for, so the stream runs no
 * faster than the loop over it. Leaving the loop unsubscribes; `signal` ends a pending wait, throwing its reason.
 */
export async function* toAsyncIterable<T>(source: Observable<T>, signal?: AbortSignal): AsyncGenerator<T, void, void> {
  if (typeof source?.subscribe !== 'function')
    throw new TypeError(`Expected an Observable, such as fromCsv(path).pipe(...), got ${valueText(source)}`);
  signal?.throwIfAborted();
  const queue = createQueue<T>();
  queue.fill(source);
  yield* queue.values(signal);
}

/** Values of a stream that wait, held, to be asked for. */
interface Queue<T> {
  /** Subscribes. */
  fill(source: Observable<T>): void;
  /** As `toAsyncIterable`; to be called once. */
  values(signal?: AbortSignal): AsyncGenerator<T, void, void>;
  /** Unsubscribes, and releases what waits. */
  close(): void;
}

function createQueue<T>(): Queue<T> {
  const waiting: { readonly value: T; readonly release: Release }[] = [];
  const subscription = new Subscription();
  let ending: { readonly error?: unknown } | undefined;
  let wake = () => {};
  const close = () => {
    subscription.unsubscribe();
    for (const { release } of waiting.splice(0)) release();
  };
  return {
    fill(source) {
      subscription.add(
        source.subscribe({
          next(value) {
            if (subscription.closed) return;
            waiting.push({ value, release: hold() });
            wake();
          },
          error(error: unknown) {
            ending = { error };
            wake();
          },
          complete() {
            ending = {};
            wake();
          },
        }),
      );
    },
    async *values(signal) {
      const abort = () => wake();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        for (;;) {
          signal?.throwIfAborted();
          const item = waiting.shift();
          if (item !== undefined) {
            try {
              yield item.value;
            } finally {
              item.release();
            }
          } else if (ending !== undefined) {
            if ('error' in ending) throw ending.error;
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        signal?.removeEventListener('abort', abort);
        close();
      }
    },
    close,
  };
}

interface Task<T, R> {
  readonly value: T;
  readonly index: number;
  readonly release: Release;
  /** The first output, asked for when the task is started. */
  first?: Promise<IteratorResult<R>>;
  iterator?: AsyncIterator<R>;
}

function iteratorOf<R>(outputs: AsyncIterable<R> | Promise<R>): AsyncIterator<R> {
  return (Symbol.asyncIterator in outputs ? outputs : once(outputs))[Symbol.asyncIterator]();
}

async function* once<R>(result: Promise<R>): AsyncGenerator<R, void, void> {
  yield await result;
}

/** Returns an iterator that is no longer needed; how that ends concerns nobody any more. */
function end(iterator: AsyncIterator<unknown> | undefined): void {
  iterator?.return?.().catch(() => {});
}

function requireCount(name: string, value: number): void {
  if (!(value >= 1)) throw new RangeError(`Expected \`${name}\` to be 1 or more, got ${value}`);
}
