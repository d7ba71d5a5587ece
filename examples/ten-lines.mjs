// Ten lines: learn from a table while it streams by, then write each record with two variants.
import { augment, fromCsv, toCsv, trainVae } from 'rx-augment';
import { tap } from 'rxjs';

fromCsv(process.stdin)
  .pipe(
    trainVae({ seed: 1 }),
    tap((event) => event.kind === 'epoch' && console.error(event.epoch, event.training.loss)),
    augment(2, { seed: 1 }),
    toCsv(process.stdout),
  )
  .subscribe();
