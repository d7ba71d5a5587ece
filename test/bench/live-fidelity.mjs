// @ts-check
// What measuring fidelity costs: npm run bench:live-fidelity -- TABLE.csv [--epochs 6]
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fromCsv, trainVae } from 'rx-augment';
import { lastValueFrom, tap } from 'rxjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { epochs: { type: 'string', default: '6' } },
});
const [path] = positionals;
if (path === undefined)
  throw new TypeError('Expected the path of a CSV file: npm run bench:live-fidelity -- TABLE.csv');

/** Milliseconds of processor time, of all threads. */
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** @param {readonly number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/**
 * Trains once: the processor time of each epoch, and of what happens after its last step.
 * @param {'epoch' | false} fidelity
 */
async function train(fidelity) {
  /** @type {{ whole: number, after: number }[]} */
  const epochs = [];
  let model = '';
  let [begin, step] = [0, 0];
  const events = fromCsv(path ?? '').pipe(
    trainVae({ epochs: Number(values.epochs), fidelity }),
    tap((event) => {
      if (event.kind === 'step') {
        step = used();
        if (begin === 0) begin = step;
      }
      if (event.kind === 'epoch') {
        const now = used();
        epochs.push({ whole: now - begin, after: now - step });
        begin = now;
      }
      if (event.kind === 'model') {
        const { sampler = new Uint8Array() } = event.model.graphs;
        model = createHash('sha256').update(sampler).digest('hex').slice(0, 12);
      }
    }),
  );
  await lastValueFrom(events);
  return { epochs: epochs.slice(1), first: epochs[0]?.after ?? Number.NaN, model };
}

for (let round = 1; round <= 2; round += 1) {
  const without = await train(false);
  const measured = await train('epoch');
  const cost = median(measured.epochs.map(({ after }) => after)) - median(without.epochs.map(({ after }) => after));
  const epoch = median(without.epochs.map(({ whole }) => whole));
  console.log(
    `round ${round}: an epoch ${epoch.toFixed(0)} ms of processor time, a measurement ${cost.toFixed(0)} ms ` +
      `(the first ${(measured.first - without.first).toFixed(0)} ms): ${((100 * cost) / epoch).toFixed(1)} % after each epoch; ` +
      `models ${without.model} ${measured.model}`,
  );
}
