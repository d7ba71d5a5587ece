// @ts-check
// A PostgreSQL table is learned and written to another with three variants a record: all rows in one transaction, or none.
import { augment, trainVae } from 'rx-augment';
import { fromPostgres, toPostgres } from 'rx-augment/postgres';
import { lastValueFrom } from 'rxjs';

const [connection = 'postgres://localhost/shop', table = 'orders', epochs = '40'] = process.argv.slice(2);
const { rows } = await lastValueFrom(
  fromPostgres({ connection, table }).pipe(
    trainVae({ epochs: Number(epochs) }),
    augment(3),
    toPostgres({ connection, table: `${table}_augmented`, mode: 'replace' }),
  ),
);
console.log(`${rows} rows in ${table}_augmented`);
