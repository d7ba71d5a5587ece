// @ts-check
// What records give away of those that a model was trained on, beside fresh real records: new ones, new ones through the
// privacy gate, and variants by temperature: npm run bench:privacy -- TRAIN.csv TEST.csv [--temperatures 0,0.5,1,1.5,2] [--seed 1]
import { parseArgs } from 'node:util';
import { augment, fromCsv, privacyGate, report, sample, trainVae } from 'rx-augment';
import { filter, firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { temperatures: { type: 'string', default: '0,0.5,1,1.5,2' }, seed: { type: 'string', default: '1' } },
});
const [train, test] = positionals;
if (train === undefined || test === undefined) {
  throw new TypeError('Expected two CSV files: npm run bench:privacy -- TRAIN.csv TEST.csv');
}
const seed = Number(values.seed);
const real = await lastValueFrom(fromCsv(train).pipe(toArray()));
const schema = real[0]?.schema;
if (schema === undefined) throw new RangeError(`Expected records in ${train}, got none`);
const holdout = await lastValueFrom(fromCsv(test, { schema }).pipe(toArray()));
const trained = from(real).pipe(
  trainVae({ seed }),
  filter((event) => event.kind === 'model'),
);
const { model } = await firstValueFrom(trained);
const release = model.retain();
const rows = real.reduce((sum, { numRows }) => sum + numRows, 0);

/** @param {number | undefined} share */
const percent = (share, digits = 2) => (100 * (share ?? Number.NaN)).toFixed(digits).padStart(5);
/** @param {{ value: number, standardError: number } | undefined} share */
const withError = (share) => `${percent(share?.value, 1)} +- ${percent(share?.standardError, 1).trim()}`;
/** @param {string} name @param {import('apache-arrow').RecordBatch[]} synthetic */
async function measure(name, synthetic) {
  /** @type {import('rx-augment').GateSummary | undefined} */
  let gate;
  const gated = from(synthetic).pipe(
    privacyGate({
      reference: real,
      holdout,
      columns: model.codec.columns.filter(({ span }) => span !== undefined).map(({ name }) => name),
      onSummary: (found) => (gate = found),
    }),
  );
  await lastValueFrom(gated, { defaultValue: undefined });
  const { privacy, shapeError, trendError } = await report({ real, synthetic, holdout });
  const { copies, closest } = privacy;
  console.log(
    `${name.padEnd(24)} ${withError(closest?.synthetic)}        ${percent((gate?.refused ?? 0) / rows, 1)}   ${String(copies.synthetic.copies).padStart(6)}   ${percent(shapeError)}   ${percent(trendError)}`,
  );
  return privacy;
}

console.log(`${train}: ${rows} rows; ${test} held out`);
console.log('                         nearer to training   refused   copies   shape   trend   (all but copies in %)');
/** @type {import('rx-augment').GateSummary | undefined} */
let used;
const { closest, copies } = await measure(
  'new records',
  await lastValueFrom(sample(model, rows, { seed }).pipe(toArray())),
);
const start = performance.now();
const throughGate = sample(model, rows, {
  seed,
  gate: { reference: real, holdout, onSummary: (found) => (used = found) },
});
const passed = await lastValueFrom(throughGate.pipe(toArray()));
const rate = (1000 * rows) / (performance.now() - start);
await measure('new, through the gate', passed);
for (const temperature of values.temperatures.split(',').map(Number)) {
  const variants = from(real).pipe(augment(1, { model, temperature, originals: false, seed }), toArray());
  await measure(`variants, temperature ${temperature}`, await lastValueFrom(variants));
}
const fresh = copies.fresh && (rows * copies.fresh.copies) / copies.fresh.rows;
console.log(
  `fresh real records       ${withError(closest?.fresh)}        ${percent(used?.freshShare, 1)}   ${fresh?.toFixed(0).padStart(6)} (as many)`,
);
console.log(`The gate: ${JSON.stringify(used)}, ${Math.round(rate)} records/s`);
release();
