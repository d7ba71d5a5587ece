// @ts-check
// Preloaded into the command that is measured: writes its memory and the delay of its event loop to PIPE_PROBE when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const target = process.env.PIPE_PROBE;
if (isMainThread && target !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  process.on('exit', () => {
    const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    const { user, system } = process.cpuUsage();
    writeFileSync(
      target,
      JSON.stringify({
        peakMb: Number(peak) / 1024,
        delayP99Ms: histogram.percentile(99) / 1e6,
        delayMaxMs: histogram.max / 1e6,
        cpuSeconds: (user + system) / 1e6,
      }),
    );
  });
}
