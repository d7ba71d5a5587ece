// @ts-check
// A process that does nothing: at every message it tells how late its event loop's timers were since the last one.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on('message', (phase) => {
  process.send?.({ phase, most: histogram.max / 1e6, p99: histogram.percentile(99) / 1e6 });
  histogram.reset();
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
