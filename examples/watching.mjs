// @ts-check
// Watches a training: after each epoch, how far drawn records are off from held-out ones. The epoch that is least off is kept.
import { fromCsv, trainVae } from 'rx-augment';
import { lastValueFrom, tap } from 'rxjs';

const [input = 'in.csv', epochs = '12'] = process.argv.slice(2);
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
const training = fromCsv(input).pipe(
  trainVae({ seed: 1, epochs: Number(epochs), stopOn: 'fidelity' }),
  tap((event) => {
    if (event.kind !== 'epoch' || event.fidelity === undefined) return;
    const { shapeError, trendError } = event.fidelity;
    const loss = event.validation?.loss.toFixed(2);
    console.log(
      `epoch ${event.epoch}: loss ${loss}, shapes off by ${percent(shapeError)}, trends by ${percent(trendError)}`,
    );
  }),
  tap((event) => event.kind === 'model' && console.log(`kept epoch ${event.model.training.bestEpoch}`)),
);
await lastValueFrom(training);
