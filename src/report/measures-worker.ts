import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../message-of.js';
import { measures } from './measures.js';
import type { MeasuresRequest } from './measures-thread.js';

/** A thread that measures what it is asked for, and ends. */
const { names, input } = workerData as MeasuresRequest;

try {
  parentPort?.postMessage({ value: Object.fromEntries(names.map((name) => [name, measures[name](input)])) });
} catch (error) {
  parentPort?.postMessage({ error: messageOf(error) });
}
