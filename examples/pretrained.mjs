// @ts-check
// A pretrained model as a source: new records, and the latent means of known ones.
import { encode, fromCsv, loadModel, sample, toCsv } from 'rx-augment';
import { lastValueFrom } from 'rxjs';

const [folder = 'model', input = 'in.csv', output = 'out'] = process.argv.slice(2);
const model = await loadModel(folder);
const sampled = await lastValueFrom(sample(model, 1000, { seed: 7 }).pipe(toCsv(`${output}-sampled.csv`)));
const encoded = await lastValueFrom(fromCsv(input).pipe(encode({ model }), toCsv(`${output}-encoded.csv`)));
console.log(`${sampled.rows} new rows, ${encoded.rows} rows encoded to ${model.latent} dimensions`);
