// @ts-check
// Whether it can be told that a record was trained on: half of each table is trained on, the other half is held out.
//
//   npm run bench:membership -- TABLE... [--rows 4000] [--seeds 1,2,3]
//
// By the model: the AUC (0.5: not at all) of the likelihood it gives to records. By its records: the share of as many new ones, 2,000 at
// least, that are nearer to a record trained on than to one held out, beside the same share of records that nobody knows (50 % but for chance).
// The table `sales` is made here: 20,000 sales of 300 shops and 200 products, drawn independently.
import { parseArgs } from 'node:util';
import { tableFromArrays } from 'apache-arrow';
import { report, sample, score, trainVae } from 'rx-augment';
import { filter, firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { batchOf } from '../../dist/batches/batch-of.js';
import { concat } from '../../dist/batches/concat.js';
import { gather } from '../../dist/batches/gather.js';
import { fillUniforms, foldIn, randomKey } from '../../dist/random.js';
import { areaUnderRoc } from '../../dist/report/area-under-roc.js';
import { readTable } from './read-table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string' }, seeds: { type: 'string', default: '1,2,3' } },
});
if (positionals.length === 0) throw new TypeError('Expected a table: npm run bench:membership -- TABLE...');
const seeds = values.seeds.split(',').map(Number);

/** @param {string} label @param {number} seed @param {number} rows @param {number} width */
function uniforms(label, seed, rows, width) {
  const drawn = new Float32Array(rows * width);
  const numbers = Uint32Array.from({ length: rows }, (_, row) => row);
  fillUniforms(foldIn(randomKey(seed), label), numbers, width, drawn);
  return drawn;
}

function sales(rows = 20_000) {
  const drawn = uniforms('sales', 1, rows, 3);
  const column = (/** @type {number} */ place) => Array.from({ length: rows }, (_, row) => drawn[3 * row + place] ?? 0);
  // Squared, so that some shops and products sell more than others.
  return tableFromArrays({
    shop: column(0).map((u) => `shop ${Math.floor(300 * u * u)}`),
    product: column(1).map((u) => `product ${Math.floor(200 * u * u)}`),
    pieces: Int32Array.from(column(2), (u) => 1 + Math.floor(-2 * Math.log(u))),
  }).batches;
}

/** @param {import('apache-arrow').RecordBatch} batch @param {Int32Array} rows */
function taken({ schema, data }, rows) {
  const children = data.children.map((column) => gather(column, rows));
  return batchOf(schema, rows.length, children);
}

/** @param {readonly number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

console.log('rows trained on, AUC by likelihood, new records nearer to these than to others, fresh records');
for (const path of positionals) {
  const table = concat(path === 'sales' ? sales() : await readTable(path));
  const size = Math.min(Number(values.rows ?? table.numRows), table.numRows);
  /** @type {number[][]} */
  const found = [];
  for (const seed of seeds) {
    const keys = uniforms('halves', seed, table.numRows, 1);
    const order = Int32Array.from(keys, (_, row) => row).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
    const members = taken(table, order.subarray(0, size / 2));
    const others = taken(table, order.subarray(size / 2, size));
    const trained = from([members]).pipe(
      trainVae({ seed }),
      filter((event) => event.kind === 'model'),
    );
    const { model } = await firstValueFrom(trained);
    const release = model.retain();
    const scores = await lastValueFrom(from([members, others]).pipe(score({ model }), toArray()));
    const likelihoods = scores.flatMap((batch) => [...(batch.getChild('likelihood')?.toArray() ?? [])]);
    // The score is the negative log-likelihood: known records have a lower one.
    const auc = areaUnderRoc(
      Float64Array.from(likelihoods, (nats) => -nats),
      likelihoods.map((_, row) => Number(row < members.numRows)),
    );
    const synthetic = await lastValueFrom(sample(model, Math.max(2000, members.numRows), { seed }).pipe(toArray()));
    const { privacy } = await report({ real: [members], synthetic, holdout: [others], seed });
    found.push([auc, privacy.closest?.synthetic.value ?? Number.NaN, privacy.closest?.fresh?.value ?? Number.NaN]);
    release();
  }
  const [auc = 0, nearer = 0, fresh = 0] = [0, 1, 2].map((i) => mean(found.map((numbers) => numbers[i] ?? Number.NaN)));
  console.log(
    `${path}: ${Math.floor(size / 2)}, ${auc.toFixed(2)}, ${(100 * nearer).toFixed(1)} %, ${(100 * fresh).toFixed(1)} %`,
  );
}
