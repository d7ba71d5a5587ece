import { getPriority, setPriority } from 'node:os';

/** Behind what has the default of 0, ahead of what runs in the background. */
const NICE = 5;

/**
 * Lets the main thread have a core when it wants one: where there are more threads than cores, its event loop would wait
 * for whole time slices of this thread. Only on Linux, where a nice value is a thread's own (setpriority(2), "Linux/NPTL").
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    // Who was started with a higher value (`nice -n 10`) keeps it: only root may lower it, and nobody asked for that.
    if (getPriority(0) < NICE) setPriority(0, NICE);
  } catch {
    // Where the system refuses, all works as well, a little less smoothly.
  }
}
