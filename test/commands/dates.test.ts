import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from './run-cli.js';

const data = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data');
const training = ['--epochs', '2', '--hidden', '16', '--seed', '3'];

/** A CSV of dates as people write them: each column has its own layout. */
function visits(rows: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const lines = Array.from({ length: rows }, (_, i) => {
    const [day, month, year] = [1 + ((i * 17) % 28), 1 + ((i * 5) % 12), 1990 + ((i * 7) % 30)];
    const [hour, minute] = [(i * 7) % 24, (i * 11) % 60];
    const moment = `${month}/${day}/${year} ${hour % 12 || 12}:${pad(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
    const german = i % 10 === 3 ? '' : `${pad(day)}.${pad(month)}.${year}`;
    return [german, moment, `${pad(hour)}:${pad(minute)}`, `${pad(month)}/${pad((i % 12) + 1)}/2020`, i % 3].join(',');
  });
  return `${['born,seen,opens,due,n', ...lines].join('\n')}\n`;
}

describe('dates as people write them', () => {
  let place: Workplace;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.run(args);
    expect(code, stderr).toBe(0);
    return { lines: stdout.toString().trimEnd().split('\n'), stderr };
  };

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('visits.csv'), visits(400));
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('are modelled, and given back as they are written', async () => {
    const { stderr } = await run('train', 'visits.csv', '--model', 'model', ...training);
    expect(stderr).toContain(
      'taken for categories: `due` (dates of which none tells day from month, DD/MM/YYYY or MM/DD/YYYY)',
    );
    const { lines } = await run('augment', '2', 'visits.csv', '--model', 'model', '--seed', '1', '--quiet');
    const [header, ...rows] = lines;
    const originals = rows.filter((_, i) => i % 3 === 0);
    expect(`${[header, ...originals].join('\n')}\n`).toBe(visits(400));
    const cells = (column: number) => rows.map((row) => row.split(',')[column]!);
    expect(cells(0).filter((text) => !/^(\d\d\.\d\d\.\d{4})?$/.test(text))).toEqual([]);
    expect(cells(1).filter((text) => !/^1?\d\/[1-3]?\d\/\d{4} 1?\d:\d\d [AP]M$/.test(text))).toEqual([]);
    expect(cells(2).filter((text) => !/^\d\d:\d\d$/.test(text))).toEqual([]);
    expect(rows.filter((_, i) => i % 3 > 0)).not.toEqual(originals.flatMap((row) => [row, row]));
  });

  it('have the order of day and month that is told', async () => {
    await writeFile(place.at('visits.jsonl'), `{"due":"1/2/2020","n":1}\n{"due":"2/2/2020","n":2}\n`);
    for (const [order, layout] of [
      ['dmy', 'DD/MM/YYYY'],
      ['mdy', 'MM/DD/YYYY'],
    ] as const) {
      const arrow = ['--format', 'arrow', '--quiet', '--date-order', order, ...training];
      const { stdout } = await place.run(['augment', '1', 'visits.csv', ...arrow]);
      const due = tableFromIPC(stdout).schema.fields[3]!;
      expect([String(due.type), due.metadata.get('rx-augment:datetime')]).toEqual(['Date32<DAY>', layout]);
    }
    const { lines } = await run('augment', '1', 'visits.jsonl', '--quiet', '--date-order', 'mdy', ...training);
    expect(lines.filter((line) => !/^\d\/2\/2020,\d$/.test(line))).toEqual(['due,n']);
  });

  it('are conditions as they are written', async () => {
    const args = ['sample', '20', '--model', 'model', '--quiet', '--where'];
    const { lines } = await run(...args, 'born=01.03.1999..2001-12-31', 'opens=08:00..12:00');
    const rows = lines.slice(1).map((line) => line.split(','));
    expect(rows).toHaveLength(20);
    expect(rows.filter(([born]) => !/^\d\d\.\d\d\.(1999|2000|2001)$/.test(born!))).toEqual([]);
    expect(rows.filter(([, , opens]) => opens! < '08:00' || opens! > '12:00')).toEqual([]);
    const { code, stderr } = await place.run([...args, 'born=3/1/1999']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Expected a value of the column's type .*born=3\/1\/1999/);
  });

  it('are read by the layout of the model, or refused', async () => {
    await writeFile(place.at('few.csv'), 'born,seen,opens,due,n\n01.02.1999,1/2/1999 1:00 AM,09:00,01/02/2020,1\n');
    const { lines } = await run('augment', '1', 'few.csv', '--model', 'model', '--quiet');
    expect(lines[1]).toBe('01.02.1999,1/2/1999 1:00 AM,09:00,01/02/2020,1');
    await writeFile(place.at('other.csv'), 'born,seen,opens,due,n\n1999-02-01,1/2/1999 1:00 AM,09:00,01/02/2020,1\n');
    const { code, stderr } = await place.run(['augment', '1', 'other.csv', '--model', 'model', '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Expected `date32` as DD\.MM\.YYYY, got `1999-02-01` .*row 1, column `born`/);
  });

  it('are text where that is asked for, though only a late one has another form', async () => {
    const days = Array.from({ length: 60 }, (_, i) => `${(i % 28) + 1}.3.2020,${i % 4}`);
    const table = `${['day,n', ...days, 'unknown,1'].join('\n')}\n`;
    await writeFile(place.at('late.csv'), table);
    const { code, stderr } = await place.run(['train', 'late.csv', '--model', 'late', '--infer-rows', '60', '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /as D\.M\.YYYY, got `unknown`: types come from the first 60 rows, so raise --infer-rows, or keep the column as text by --text \(.*line 62, row 61, column `day`\)/,
    );
    const text = ['--infer-rows', '60', '--quiet', '--text', 'day'];
    const { lines } = await run('augment', '1', 'late.csv', ...text, ...training);
    expect(`${lines.filter((_, i) => i === 0 || i % 2 === 1).join('\n')}\n`).toBe(table);
    await run('report', 'late.csv', 'late.csv', ...text);
  });

  it('are kept as text in CSV and JSON alone, and in columns there are', async () => {
    const missing = await place.run(['train', 'visits.csv', '--model', 'none', '--text', 'birth']);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('of --text, but column `birth` is')]);
    const arrow = await place.run(['train', join(data, 'flights-200k.arrow'), '--model', 'none', '--text', 'delay']);
    expect([arrow.code, arrow.stderr]).toEqual([2, expect.stringContaining('Expected --text with CSV or JSON, got')]);
    const table = await place.run(['train', 'shop.duckdb#customers', '--model', 'none', '--text', 'delay']);
    expect([table.code, table.stderr]).toEqual([2, expect.stringContaining('JSON, got a database')]);
  });

  it('are compared in one layout, though the other table tells no day from month', async () => {
    const header = 'day,n';
    const rows = Array.from({ length: 60 }, (_, i) => `${(i % 28) + 1}/3/2020,${i % 4}`);
    await writeFile(place.at('real.csv'), `${[header, ...rows].join('\n')}\n`);
    const early = rows.filter((_, i) => i % 28 < 12);
    await writeFile(place.at('new.csv'), `${[header, ...early].join('\n')}\n`);
    const { lines } = await run('report', 'real.csv', 'new.csv', '--json', '--quiet');
    const { columns } = JSON.parse(lines.join('\n')) as { columns: { name: string; type: string }[] };
    expect(columns.find(({ name }) => name === 'day')?.type).toBe('date');
  });

  it('stay on the first of the month in a table of shares', async () => {
    const { lines } = await run('augment', '1', join(data, 'stocks.csv'), '--quiet', ...training);
    const [header, ...originals] = (await readFile(join(data, 'stocks.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe(header);
    const rows = lines.slice(1);
    expect(rows.filter((_, i) => i % 2 === 0)).toEqual(originals);
    expect(rows.filter((row) => !/^[A-Z]+,[A-Z][a-z]{2} 1 20(0\d|10),/.test(row))).toEqual([]);
  });
});
