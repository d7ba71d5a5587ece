// @ts-check
// A training loop that pulls augmented batches: the pipe runs no faster than the loop takes them.
import { augment, fromCsv, loadModel, toAsyncIterable } from 'rx-augment';

const [input = 'in.csv', folder = 'model'] = process.argv.slice(2);
const model = await loadModel(folder);
let rows = 0;
for await (const batch of toAsyncIterable(fromCsv(input).pipe(augment(4, { model, originals: false })))) {
  rows += batch.numRows; // Here a training step would take the batch's columns: batch.getChild('age').
}
console.log(`${rows} augmented rows`);
