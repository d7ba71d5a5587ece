// @ts-check
// An ETL pipe: a table flows from CSV to Arrow, is learned on the way, and leaves with three variants a record.
import { augment, fromCsv, toArrow, trainVae } from 'rx-augment';
import { lastValueFrom } from 'rxjs';

const [input = 'in.csv', output = 'out.arrow', epochs = '40'] = process.argv.slice(2);
const { rows, bytes } = await lastValueFrom(
  fromCsv(input).pipe(trainVae({ epochs: Number(epochs) }), augment(3), toArrow(output)),
);
console.log(`${rows} rows, ${bytes} bytes in ${output}`);
