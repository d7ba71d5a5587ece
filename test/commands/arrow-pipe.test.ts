import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Bool,
  type DataType,
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int16,
  Int64,
  Schema,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { lastValueFrom, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { toArrow } from '../../src/sinks/to-arrow.js';
import { createWorkplace, type Workplace } from './run-cli.js';

const python = process.env.PYTHON ?? 'python3';
const hasPackages = spawnSync(python, ['-c', 'import pyarrow, sklearn']).status === 0;
const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const trainer = join(import.meta.dirname, '..', '..', 'examples', 'train.py');

/** Three hundred rows of the types that tables are made of, each with nulls; `shop` follows from `colour`. */
function table() {
  const rows = Array.from({ length: 300 }, (_, i) => i);
  const every = (n: number, value: (i: number) => unknown) => rows.map((i) => (i % n === 0 ? null : value(i)));
  const columns: Record<string, [DataType, unknown[]]> = {
    colour: [new Dictionary(new Utf8(), new Int16()), every(11, (i) => ['red', 'green', 'blue'][i % 3])],
    note: [new Utf8(), every(7, (i) => ['', 'ü', 'long'][(i * 7) % 3])],
    day: [new DateDay(), every(13, (i) => new Date(86_400_000 * (i - 40)))],
    time: [new TimestampMicrosecond('UTC'), every(5, (i) => 1_700_000_000_000 + 3_600_000 * i + 0.25)],
    flag: [new Bool(), every(6, (i) => i % 4 === 1)],
    count: [new Int64(), every(8, (i) => BigInt(i % 40))],
    size: [new Float64(), every(9, (i) => (i % 90) / 8)],
    shop: [new Utf8(), rows.map((i) => (i % 3 === 0 ? 'near' : 'far'))],
  };
  return batchOf(
    new Schema(Object.entries(columns).map(([name, [type]]) => new Field(name, type, true))),
    rows.length,
    Object.values(columns).map(([type, values]) => vectorFromArray(values, type).data[0]!),
  );
}

describe.skipIf(!hasPackages)('an Arrow pipe into Python (skipped without pyarrow and scikit-learn)', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await createWorkplace();
    await lastValueFrom(of(table()).pipe(toArrow(place.at('in.arrow'))));
    const { code, stderr } = await place.run(['train', 'in.arrow', '--model', 'model', '--seed', '1', '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
  });
  afterAll(() => rm(place.folder, { recursive: true }));

  /** What a Python program makes of augmented rows, and how the command ended. */
  async function pipeInto(copies: number, program: string) {
    await writeFile(place.at('program.py'), program);
    const command = `'${process.execPath}' '${cli}' augment ${copies} in.arrow --model model --format arrow --quiet`;
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', `{ ${command}; echo "code $?" >&2; } | '${python}' '${place.at('program.py')}'`],
      {
        cwd: place.folder,
        encoding: 'utf8',
      },
    );
    return { stdout, stderr };
  }

  it('brings dictionaries, dates, times and nulls as they were', async () => {
    const { stdout, stderr } = await pipeInto(
      2,
      `import pyarrow as p, sys
original = p.ipc.open_file('in.arrow').read_all()
batches = p.ipc.open_stream(sys.stdin.buffer)
table = p.Table.from_batches(batches, batches.schema)
table.validate(full=True)
print(table.schema == original.schema, table.num_rows, original.to_pylist() == table.take(list(range(0, 900, 3))).to_pylist())
variants = table.take([i for i in range(900) if i % 3 > 0])
print([name for name in table.column_names if variants[name].null_count == 0])
print(sorted(set(variants['colour'].to_pylist()) - {None}))`,
    );
    expect(stderr).toBe('code 0\n');
    expect(stdout).toBe("True 900 True\n['shop']\n['blue', 'green', 'red']\n");
  });

  it('ends quietly when Python has had enough', async () => {
    const { stdout, stderr } = await pipeInto(
      500,
      `import pyarrow as p, sys
print(p.ipc.open_stream(sys.stdin.buffer).read_next_batch().num_rows > 0)`,
    );
    expect([stdout, stderr]).toEqual(['True\n', 'code 0\n']);
  });

  it('trains the classifier of examples/train.py', () => {
    const command = `'${process.execPath}' '${cli}' augment 30 in.arrow --model model --format arrow --quiet`;
    const { stdout, stderr } = spawnSync('sh', ['-c', `${command} | '${python}' '${trainer}' shop near far`], {
      cwd: place.folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const [, share] = /^9300 rows, (\d\.\d+) of those after the first batch/.exec(stdout) ?? [];
    expect(Number(share)).toBeGreaterThan(0.7);
  });
});
