import type { Observable } from 'rxjs';

/**
 * Runs a pipe to its end and resolves with its last value. An abort of `signal` tears it down and rejects with the
 * signal's reason.
 */
export function completion<T>(stream: Observable<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let last: T | undefined;
    const subscription = stream.subscribe({
      next(value) {
        last = value;
      },
      error(error: unknown) {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
      complete() {
        signal.removeEventListener('abort', abort);
        resolve(last);
      },
    });
    function abort(): void {
      subscription.unsubscribe();
      reject(signal.reason);
    }
    if (!subscription.closed) signal.addEventListener('abort', abort, { once: true });
  });
}
