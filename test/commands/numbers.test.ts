import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Float64, Int64, Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName } from '../../src/batches/type-name.js';
import { createWorkplace, type Workplace } from './run-cli.js';

const data = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data');
const training = ['--epochs', '2', '--hidden', '16', '--seed', '3'];

/** A table of numbers as people write them, a column a layout, with semicolons between. */
function shop(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [price, debt] = [((i * 7919) % 400_000) / 100, ((i * 104_729) % 500_000) / 100 - 2500];
    const dollars = `$${price.toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
    const size = Math.abs(debt).toLocaleString('en-US', { minimumFractionDigits: 2 });
    const euros = `${price.toLocaleString('de-DE', { minimumFractionDigits: 2 })} €`;
    const metres = `${Math.floor(price * 10) / 10}`.replace('.', ',').replace(/^(\d)(\d{3})/, '$1\u00a0$2');
    const age = i % 9 === 4 ? 'NA' : String((i * 37) % 80);
    const cells = [
      dollars,
      `${(i * 7) % 100}.5 %`,
      `${(i * 13) % 30} kg`,
      debt < 0 ? `(${size})` : size,
      euros,
      metres,
    ];
    return [...cells, age, i % 7 === 1 ? '-' : i % 5 === 2 ? '' : i % 50].join(';');
  });
  return `${['price;share;weight;debt;cost;length;age;mixed', ...lines].join('\n')}\n`;
}

const LAYOUTS = [
  /^\$(\d|[1-9]\d{1,2}|[1-9],\d{3})\.\d\d$/,
  /^\d{1,2}\.5 %$/,
  /^\d{1,2} kg$/,
  /^((\d{1,3}|\d,\d{3})\.\d\d|\((\d{1,3}|\d,\d{3})\.\d\d\))$/,
  /^(\d|[1-9]\d{1,2}|[1-9]\.\d{3}),\d\d €$/,
  /^(\d|[1-9]\d{1,2}|[1-9]\u00a0\d{3})(,[1-9])?$/,
  /^(NA|\d\d?)$/,
  /^(-?|\d\d?)$/,
];

describe('numbers as people write them', () => {
  let place: Workplace;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.run(args);
    expect(code, stderr).toBe(0);
    return { lines: stdout.toString().trimEnd().split('\n'), stderr };
  };
  const unlike = (lines: readonly string[]) =>
    lines.slice(1).flatMap((line) => line.split(';').filter((cell, c) => !LAYOUTS[c]?.test(cell)));
  const semicolons = ['--delimiter', ';'];

  beforeAll(async () => {
    place = await createWorkplace();
    await writeFile(place.at('shop.csv'), shop(500));
    const { stderr } = await run('train', 'shop.csv', '--model', 'model', ...semicolons, ...training);
    expect(stderr).toContain(
      "taken for categories: `mixed` (numbers, dates or flags but for `-`): --null '-' reads it as null",
    );
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('are modelled, and given back as they are written', async () => {
    const { lines } = await run(
      'augment',
      '2',
      'shop.csv',
      '--model',
      'model',
      '--seed',
      '1',
      '--quiet',
      ...semicolons,
    );
    const [header, ...rows] = lines;
    expect(`${[header, ...rows.filter((_, i) => i % 3 === 0)].join('\n')}\n`).toBe(shop(500));
    expect(unlike(lines)).toEqual([]);
    const seen = new Set(shop(500).split('\n'));
    expect(rows.filter((row, i) => i % 3 > 0 && seen.has(row))).toEqual([]);
  });

  it('are drawn in their layout, and conditions in it or plain', async () => {
    const args = ['--model', 'model', '--quiet', ...semicolons];
    const { lines } = await run('sample', '200', '--seed', '1', ...args);
    expect(lines).toHaveLength(201);
    expect(unlike(lines)).toEqual([]);
    const where = ['--where', 'price=$1,000..2000', 'weight=5 kg|7', 'debt=(500.00)..'];
    const drawn = await run('sample', '20', ...args, ...where);
    expect(drawn.lines).toHaveLength(21);
    const rows = drawn.lines.slice(1).map((line) => line.split(';'));
    expect(rows.filter(([price]) => !/^\$(1,\d{3}\.\d\d|2,000\.00)$/.test(price!))).toEqual([]);
    expect(rows.filter(([, , weight]) => weight !== '5 kg' && weight !== '7 kg')).toEqual([]);
    expect(rows.filter(([, , , debt]) => /^\((5\d\d\.(?!00)|[6-9]\d\d|\d,)/.test(debt!))).toEqual([]);
  });

  it('are plain numbers where columns have types', async () => {
    const args = ['sample', '50', '--model', 'model', '--quiet', '--seed', '1'];
    const { lines } = await run(...args, '--format', 'jsonl');
    for (const line of lines) {
      const { price, weight, age } = JSON.parse(line) as Record<string, unknown>;
      expect([typeof price, typeof weight]).toEqual(['number', 'number']);
      expect(age === null || typeof age === 'number').toBe(true);
    }
    const { stdout } = await place.run([...args, '--format', 'arrow']);
    const types = ['float64', 'float64', 'int32', 'float64', 'float64', 'float64', 'int32', 'utf8'];
    expect(tableFromIPC(stdout).schema.fields.map(({ type }) => typeName(type))).toEqual(types);
  });

  it('are taken by the model from Arrow and JSON as plain numbers', async () => {
    await writeFile(
      place.at('one.csv'),
      `p,n\n${Array.from({ length: 60 }, (_, i) => `$${i % 20}.50,${i % 3}`).join('\n')}\n`,
    );
    await run('train', 'one.csv', '--model', 'one', '--quiet', ...training);
    const table = new Table({
      p: vectorFromArray([3.25, null, 0.125], new Float64()),
      n: vectorFromArray([1n, 2n, 0n], new Int64()),
    });
    await writeFile(place.at('p.arrow'), tableToIPC(table, 'stream'));
    const args = ['augment', '1', 'p.arrow', '--model', 'one', '--quiet'];
    const arrow = await run(...args);
    expect([1, 3, 5].map((line) => arrow.lines[line])).toEqual(['$3.25,1', ',2', '$0.125,0']);
    const { stdout } = await place.run([...args, '--format', 'arrow']);
    const prices = tableFromIPC(stdout).getChild('p')!;
    expect([typeName(prices.type), prices.get(0), prices.get(4)]).toEqual(['float64', 3.25, 0.125]);
    await writeFile(place.at('p.jsonl'), '{"p":3.25,"n":1}\n{"p":"$4.50","n":2}\n');
    const { lines } = await run('augment', '1', 'p.jsonl', '--model', 'one', '--quiet');
    expect([lines[1], lines[3]]).toEqual(['$3.25,1', '$4.50,2']);
  });

  it('are told by inspect, and compared in one layout', async () => {
    const { lines } = await run('inspect', 'model');
    const columns = lines.slice(3, 11).map((line) => line.trim().split(/ {2,}/).slice(0, 2));
    expect(columns).toEqual([
      ['price', 'float64 as $#,##0.00'],
      ['share', 'float64 as 0.0 %'],
      ['weight', 'int32 as 0 kg'],
      ['debt', 'float64 as #,##0.00;(#,##0.00)'],
      ['cost', 'float64 as #.##0,00 €'],
      ['length', 'float64 as #\u00a0##0,#'],
      ['age', 'int32, null as NA'],
      ['mixed', 'utf8'],
    ]);
    const { columns: described } = JSON.parse((await run('inspect', 'model', '--json')).lines.join('\n'));
    expect(described[0]).toMatchObject({ name: 'price', type: 'float64', layout: '$#,##0.00' });
    expect(described[6]).toMatchObject({ name: 'age', type: 'int32', nulls: ['NA'] });
    await writeFile(place.at('few.csv'), 'x,n\n"1,234",1\n"5,678",2\n');
    await writeFile(place.at('more.csv'), 'x,n\n"1,234,567",1\n"5,678",2\n');
    const report = await run('report', 'more.csv', 'few.csv', '--json', '--quiet');
    const found = JSON.parse(report.lines.join('\n')) as { columns: { name: string; type: string }[] };
    expect(found.columns.find(({ name }) => name === 'x')?.type).toBe('number');
  });

  it('end the command where a later one is in another layout, unless they are kept as text', async () => {
    const table = `p,n\n${Array.from({ length: 60 }, (_, i) => `$${i % 20}.50,${i % 3}`).join('\n')}\n$7,NA\n`;
    await writeFile(place.at('late.csv'), table);
    const args = ['augment', '1', 'late.csv', '--infer-rows', '60', '--quiet', ...training];
    const price = await place.run(args);
    expect([price.code, price.stderr]).toEqual([
      1,
      'rx-augment: Expected `float64` as $0.00, got `$7`: types come from the first 60 rows, so raise --infer-rows, ' +
        'or keep the column as text by --text (late.csv, line 62, row 61, column `p`)\n',
    ]);
    const text = [...args, '--text', 'p'];
    const mark = await place.run(text);
    expect([mark.code, mark.stderr]).toEqual([1, expect.stringContaining("or read `NA` as null by --null 'NA', or")]);
    const { lines } = await run(...text, '--null', 'NA');
    expect(`${lines.filter((_, i) => i === 0 || i % 2 === 1).join('\n')}\n`).toBe(table);
  });

  it('have the decimal mark that is told where none tells', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `"${1 + (i % 9)},${100 + ((i * 7) % 30)}",${i % 3}`);
    await writeFile(place.at('either.csv'), `${['x,n', ...rows].join('\n')}\n`);
    const { stderr } = await run('train', 'either.csv', '--model', 'either', ...training);
    expect(stderr).toContain('not modelled: `x` (numbers of which none tells thousands from decimals, #,##0 or 0,000)');
    expect(stderr).toContain('`x`: --decimal-mark says which');
    for (const [mark, type, layout] of [
      ['.', 'int32', '#,##0'],
      [',', 'float64', '0,000'],
    ] as const) {
      await run('train', 'either.csv', '--model', 'either', '--quiet', '--decimal-mark', mark, ...training);
      const { columns } = JSON.parse((await run('inspect', 'either', '--json')).lines.join('\n'));
      expect(columns[0]).toMatchObject({ type, layout });
    }
  });

  it('come as texts in JSON, and leave as they came', async () => {
    const records = JSON.parse(await readFile(join(data, 'budget.json'), 'utf8')) as Record<string, string>[];
    const few = records.map((record) => ({
      agency: record['Agency Name'],
      '1990': record['1990'],
      '2000': record['2000'],
    }));
    const text = few.slice(0, 400).map((record) => `${JSON.stringify(record)}\n`);
    await writeFile(place.at('budget.jsonl'), text.join(''));
    const args = ['augment', '1', 'budget.jsonl', '--quiet', '--format', 'jsonl', ...training];
    const { lines } = await run(...args);
    expect(lines.filter((_, i) => i % 2 === 0).map((line) => `${line}\n`)).toEqual(text);
    for (const line of lines) expect(JSON.parse(line)['1990']).toMatch(/^-?(0|[1-9]\d{0,2}(,\d{3})*)$/);
  });
});

describe('--null', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await createWorkplace();
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  it('takes marks one by one or together, and writes nulls as they were', async () => {
    const cells = ['NA', '?', '', '3', '4'];
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${i % 4 === 0 ? 'NA' : i % 30},${cells[i % 5]},${i % 6 < 2 ? '' : i % 6}`,
    );
    const table = `${['a,b,c', ...rows].join('\n')}\n`;
    await writeFile(place.at('x.csv'), table);
    for (const flags of [
      ['--null', 'NA,?'],
      ['--null', 'NA', '--null', '?'],
    ]) {
      const { code, stdout, stderr } = await place.run([
        'augment',
        '1',
        'x.csv',
        '--save-model',
        'model',
        ...flags,
        ...training,
      ]);
      expect(code, stderr).toBe(0);
      expect(stderr).not.toContain('--null');
      const lines = stdout.toString().trimEnd().split('\n');
      const originals = `${lines.filter((_, i) => i === 0 || i % 2 === 1).join('\n')}\n`;
      // Of three kinds of nulls in one column the first is kept.
      expect(originals).toBe(table.replace(/,(\?|)(?=,)/g, ',NA'));
      const cellsOf = (column: number) => new Set(lines.slice(1).map((line) => line.split(',')[column]!));
      expect(cellsOf(0)).toContain('NA');
      expect(cellsOf(2)).not.toContain('NA');
    }
  });

  it('need not be said again with the model, whose marks it keeps', async () => {
    await writeFile(place.at('y.csv'), 'a,b,c\n7,?,\nNA,,5\n');
    const { code, stdout, stderr } = await place.run(['augment', '1', 'y.csv', '--model', 'model', '--quiet']);
    expect(code, stderr).toBe(0);
    const [, first, , second] = stdout.toString().split('\n');
    expect([first, second]).toEqual(['7,NA,', 'NA,NA,5']);
  });

  it('refuses a mark of nothing', async () => {
    const { code, stderr } = await place.run(['train', 'x.csv', '--model', 'none', '--null', 'NA,']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Expected marks with commas between them')]);
  });
});
