// @ts-check
// How good new records are. For each table: how far column shapes and pair trends are off, as SDMetrics defines them; with --test, a table
// of real records that the model does not see, also what learners make of the records, and how close they come to single ones.
//
//   npm run bench:fidelity -- TABLE... [--test TABLE] [--target COLUMN] [--seeds 1,2,3] [--keep-rare A,B]
//     [--epochs N] [--single-pass] [--verbose]
//
// The last line is what chance leaves: the table against as many of its own records, drawn with replacement.
// Tables are .csv, .arrow, .parquet or .jsonl files, or .json files of one array of records.
import { parseArgs } from 'node:util';
import { fidelity, report, sample, score, trainVae } from 'rx-augment';
import { filter, firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { batchOf } from '../../dist/batches/batch-of.js';
import { concat } from '../../dist/batches/concat.js';
import { gather } from '../../dist/batches/gather.js';
import { fillUniforms, randomKey } from '../../dist/random.js';
import { readTable } from './read-table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    test: { type: 'string' },
    target: { type: 'string' },
    'keep-rare': { type: 'string' },
    epochs: { type: 'string' },
    verbose: { type: 'boolean' },
    'single-pass': { type: 'boolean' },
  },
});
if (positionals.length === 0) throw new TypeError('Expected the path of a table: npm run bench:fidelity -- TABLE...');
const seeds = values.seeds.split(',').map(Number);

/**
 * As many records, drawn with replacement.
 * @param {readonly import('apache-arrow').RecordBatch[]} batches
 */
function resampled(batches) {
  const { schema, data, numRows: length } = concat(batches);
  const uniforms = new Float32Array(length);
  fillUniforms(
    randomKey(0),
    Uint32Array.from({ length }, (_, i) => i),
    1,
    uniforms,
  );
  const rows = Int32Array.from(uniforms, (uniform) => Math.floor(uniform * length));
  const children = data.children.map((column) => gather(column, rows));
  return batchOf(schema, rows.length, children);
}

/** @param {readonly number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
/** @param {readonly (string | number)[]} cells */
const line = (cells) => console.log(cells.map((cell) => String(cell).padStart(9)).join(''));
/** @param {number} share */
const percent = (share) => (100 * share).toFixed(2);

const test = values.test === undefined ? undefined : await readTable(values.test);
for (const path of positionals) {
  const real = await readTable(path);
  const rows = real.reduce((sum, { numRows }) => sum + numRows, 0);
  console.log(`\n${path}: ${rows} rows, ${real[0]?.schema.fields.length} columns`);
  line([
    'seed',
    'shape %',
    'trend %',
    'train s',
    'rows/s',
    ...(test ? ['AUC/R2', 'of real', 'detect', 'copies', 'closer %', 'of fresh', '-log p'] : []),
  ]);
  /** @type {number[][]} */
  const table = [];
  /** @type {string[]} */
  let names = [];
  for (const seed of seeds) {
    const start = performance.now();
    /** @type {import('rx-augment').TrainVaeOptions} */
    const options = {
      seed,
      ...(values.target === undefined ? {} : { target: values.target }),
      ...(values['keep-rare'] === undefined ? {} : { keepRare: values['keep-rare'].split(',') }),
      ...(values.epochs === undefined ? {} : { epochs: Number(values.epochs) }),
      ...(values['single-pass'] ? { replay: 'none' } : {}),
    };
    const trained = from(real).pipe(
      trainVae(options),
      filter((event) => event.kind === 'model'),
    );
    const { model } = await (values['single-pass'] ? lastValueFrom(trained) : firstValueFrom(trained));
    const seconds = (performance.now() - start) / 1000;
    const release = model.retain();
    await lastValueFrom(sample(model, 2048, { seed }));
    const begun = performance.now();
    const synthetic = await lastValueFrom(sample(model, rows, { seed }).pipe(toArray()));
    const rate = (1000 * rows) / (performance.now() - begun);
    names = model.codec.columns.filter(({ span }) => span !== undefined).map(({ name }) => name);
    const close = fidelity(real, synthetic, names);
    const numbers = [close.shapeError, close.trendError, seconds, rate];
    if (test !== undefined) {
      const told = await report({
        real,
        synthetic,
        holdout: test,
        seed,
        ...(values.target === undefined ? {} : { target: values.target }),
      });
      const scores = await lastValueFrom(from(test).pipe(score({ model }), toArray()));
      const likelihood = scores.flatMap((batch) => [...(batch.getChild('likelihood')?.toArray() ?? [])]);
      numbers.push(
        told.utility?.synthetic ?? Number.NaN,
        told.utility?.real ?? Number.NaN,
        told.detection.logistic.auc,
        told.privacy.copies.synthetic.copies,
        told.privacy.closest?.synthetic.value ?? Number.NaN,
        told.privacy.closest?.fresh?.value ?? Number.NaN,
        mean(likelihood),
      );
    }
    release();
    table.push(numbers);
    line([seed, ...texts(numbers)]);
    if (values.verbose)
      for (const { column, error } of close.columns) console.log(`          ${column}: ${percent(error)} %`);
  }
  line(['mean', ...texts(numbersOf(table))]);
  const chance = fidelity(real, [resampled(real)], names);
  line(['chance', percent(chance.shapeError), percent(chance.trendError)]);
}

/** @param {readonly number[][]} table */
function numbersOf(table) {
  return (table[0] ?? []).map((_, i) => mean(table.map((numbers) => numbers[i] ?? Number.NaN)));
}

/** @param {readonly number[]} numbers */
function texts([shape = 0, trend = 0, seconds = 0, rate = 0, ...others]) {
  const [auc = 0, ofReal = 0, detected = 0, copies = 0, closer = 0, fresh = 0, likelihood = 0] = others;
  return [
    percent(shape),
    percent(trend),
    seconds.toFixed(1),
    Math.round(rate),
    ...(others.length === 0
      ? []
      : [
          auc.toFixed(4),
          ofReal.toFixed(4),
          detected.toFixed(4),
          Number(copies.toFixed(1)),
          percent(closer),
          percent(fresh),
          likelihood.toFixed(3),
        ]),
  ];
}
