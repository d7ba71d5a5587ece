/** Tells on standard error what is imported: `node --import ./tell-loaded.mjs FILE`. */
import { writeSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

/**
 * Called for each module, in a thread of Node's own.
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, next) {
  writeSync(2, `loaded ${url}\n`);
  return next(url, context);
}
