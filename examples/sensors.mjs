// @ts-check
// A stream without end: a simulated machine whose bearing wears half-way. The model learns in a single pass, says that
// the readings have changed, starts anew, and from then on gives readings of the new kind.
import { Readable } from 'node:stream';
import { augment, fidelity, fromCsv, sample, trainVae } from 'rx-augment';
import { lastValueFrom, tap, toArray } from 'rxjs';

const [rows = '16000'] = process.argv.slice(2);
const change = Number(rows) / 2;

/** @type {import('rx-augment').FittedModel[]} */
const models = [];
await lastValueFrom(
  fromCsv(readings(0, Number(rows)), { batchRows: 100, inferRows: 1000 }).pipe(
    trainVae({ replay: 'none', warmUp: { rows: 2000 }, onDrift: 'refit', hidden: 64, seed: 1 }),
    tap((event) => {
      if (event.kind === 'drift') {
        const moved = event.columns.filter((column) => column.moved);
        const texts = moved.map(
          ({ column, index, unseen }) => `${column} ${index.toFixed(2)} (unseen ${unseen.toFixed(2)})`,
        );
        console.log(`row ${event.rows}: drift, ${texts.join(', ')}`);
      }
      if (event.kind === 'model' && event.model.codec !== models.at(-1)?.codec) {
        console.log(`${models.length === 0 ? 'started' : 'started anew'} with ${event.model.training.rows} readings`);
        models.push(event.model);
      } else if (event.kind === 'model') models[models.length - 1] = event.model;
    }),
    augment(2, { seed: 1 }), // Here a sink would take each reading and its two variants.
  ),
);

const names = ['mode', 'temperature', 'vibration'];
const worn = await lastValueFrom(fromCsv(readings(change, change + 4000)).pipe(toArray()));
for (const [i, model] of models.entries()) {
  const drawn = await lastValueFrom(sample(model, 4000, { seed: 1 }).pipe(toArray()));
  const { shapeError, trendError } = fidelity(worn, drawn, names);
  const percent = [shapeError, trendError].map((error) => `${(100 * error).toFixed(1)} %`);
  console.log(
    `model ${i + 1} against the worn machine: columns off by ${percent[0]}, pairs of columns by ${percent[1]}`,
  );
}

/**
 * Readings as CSV, from one row to another.
 * @param {number} from
 * @param {number} to
 */
function readings(from, to) {
  return Readable.from(
    (function* () {
      const uniform = mulberry32(from + 1);
      const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      yield 'time,mode,temperature,vibration\n';
      for (let row = from; row < to; row += 1) {
        const worn = row >= change;
        const mode = uniform() < 0.2 ? 'idle' : worn && uniform() < 0.3 ? 'limp' : 'run';
        const temperature = (mode === 'idle' ? 40 : worn ? 75 : 60) + 3 * normal();
        const vibration = (mode === 'idle' ? 0.2 : 1 + (temperature - 60) / 10) * (worn ? 1.5 : 1) + 0.1 * normal();
        const time = new Date(1.7e12 + 1000 * row).toISOString();
        yield `${time},${mode},${temperature.toFixed(1)},${vibration.toFixed(2)}\n`;
      }
    })(),
  );
}

/**
 * Numbers in (0, 1): Tommy Ettinger's Mulberry32.
 * @param {number} seed
 */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}
