// @ts-check
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fromArrow, fromCsv, fromJsonLines, fromParquet } from 'rx-augment';
import { lastValueFrom, toArray } from 'rxjs';

/**
 * The batches of a table; a .json file holds an array of records.
 * @param {string} path
 */
export async function readTable(path) {
  if (path.endsWith('.arrow')) return lastValueFrom(fromArrow(path).pipe(toArray()));
  if (path.endsWith('.parquet')) return lastValueFrom(fromParquet(path).pipe(toArray()));
  if (path.endsWith('.jsonl')) return lastValueFrom(fromJsonLines(path).pipe(toArray()));
  if (path.endsWith('.json')) {
    /** @type {object[]} */
    const records = JSON.parse(await readFile(path, 'utf8'));
    const lines = Readable.from(records.map((record) => Buffer.from(`${JSON.stringify(record)}\n`)));
    return lastValueFrom(fromJsonLines(lines).pipe(toArray()));
  }
  return lastValueFrom(fromCsv(path).pipe(toArray()));
}
