// @ts-check
import { once } from 'node:events';

/**
 * A contender's side of the benchmark: says that it is ready, then answers each number of seconds with the milliseconds
 * a step took on average over at least so long.
 * @param {() => number | Promise<number>} run Takes some steps and gives how many.
 */
export async function answerRounds(run) {
  process.send?.('ready');
  for (;;) {
    const [seconds] = await once(process, 'message');
    const begun = performance.now();
    let count = 0;
    do count += await run();
    while (performance.now() - begun < 1000 * seconds);
    process.send?.((performance.now() - begun) / count);
  }
}
