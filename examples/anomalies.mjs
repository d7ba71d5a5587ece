// @ts-check
// The records a model finds least likely: the ten highest losses of a table.
import { fromCsv, score, trainVae } from 'rx-augment';
import { lastValueFrom, toArray } from 'rxjs';

const [input = 'in.csv'] = process.argv.slice(2);
const scores = await lastValueFrom(fromCsv(input).pipe(trainVae({ seed: 1 }), score({ seed: 1 }), toArray()));
const losses = scores.flatMap((batch) => Array.from(batch.getChild('likelihood') ?? [], Number));
const worst = losses.map((loss, row) => ({ loss, row })).sort((a, b) => b.loss - a.loss);
for (const { loss, row } of worst.slice(0, 10)) console.log(`row ${row + 1}: ${loss.toFixed(1)} nats`);
