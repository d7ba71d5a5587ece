// @ts-check
// A query over files feeds a training, and the augmented rows become a table of a DuckDB file.
import { augment, trainVae } from 'rx-augment';
import { fromDuckdb, toDuckdb } from 'rx-augment/duckdb';
import { lastValueFrom } from 'rxjs';

const [files = 'weather/*.csv', path = 'out.duckdb', epochs = '40'] = process.argv.slice(2);
const { rows } = await lastValueFrom(
  fromDuckdb({ query: `SELECT * EXCLUDE (date) FROM '${files}' WHERE wind > 2` }).pipe(
    trainVae({ epochs: Number(epochs) }),
    augment(3),
    toDuckdb({ path, table: 'augmented', mode: 'replace' }),
  ),
);
console.log(`${rows} rows in ${path}`);
