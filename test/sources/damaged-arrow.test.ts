import {
  Dictionary,
  Field,
  Float32,
  Int8,
  Int32,
  List,
  Null,
  type RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { InputError } from '../../src/errors.js';
import { fromArrow } from '../../src/sources/from-arrow.js';
import { packArrow } from '../pack-arrow.js';
import { chunksOf, collect, rowsOf } from './fixtures.js';

const plain = tableOf({
  id: vectorFromArray([1, 2, 3, 4], new Int32()),
  name: vectorFromArray(['a', null, 'ccc', ''], new Utf8()),
});
const words = tableOf({ word: vectorFromArray(['red', 'green', null, 'red'], new Dictionary(new Utf8(), new Int8())) });
const nested = tableOf({
  list: vectorFromArray([[1, 2], [], null, [3]], new List(new Field('item', new Int32(), true))),
  pair: vectorFromArray(
    [{ x: 1.5 }, null, { x: null }, { x: 2 }],
    new Struct([new Field('x', new Float32(), true)] as never),
  ),
  none: vectorFromArray([null, null, null, null], new Null()),
});

function tableOf(columns: Record<string, Vector>): Table {
  const schema = new Schema(Object.entries(columns).map(([name, { type }]) => new Field(name, type, true)));
  const data = Object.values(columns).map((column) => column.data[0]!);
  const batch = batchOf(schema, 4, data);
  return new Table(schema, [batch, batch]);
}

/** What reading comes to, its values looked at one by one. */
async function outcome(bytes: Uint8Array): Promise<RecordBatch[] | Error> {
  try {
    const batches = await collect(fromArrow(chunksOf(bytes, 4096), { batchRows: 3 }));
    JSON.stringify(rowsOf(batches));
    return batches;
  } catch (error) {
    return error as Error;
  }
}

describe('fromArrow of damaged data', () => {
  it.each([
    ['plain', tableToIPC(plain, 'stream')],
    ['dictionary', tableToIPC(words, 'stream')],
    ['nested', tableToIPC(nested, 'stream')],
    ['compressed', packArrow(plain, 'stream')],
    ['plain, as a file', tableToIPC(plain, 'file')],
  ])(
    'ends in values or one line, and soon, whichever byte was changed: %s',
    async (_, bytes) => {
      expect(await outcome(bytes)).toHaveLength(3);
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at]!;
        for (const value of new Set([0, 255, byte ^ 255, byte ^ 1].filter((value) => value !== byte))) {
          const changed = Uint8Array.from(bytes);
          changed[at] = value;
          const begin = performance.now();
          const result = await outcome(changed);
          if (performance.now() - begin > 1000) expect.fail(`Byte ${at} as ${value} takes more than a second`);
          if (result instanceof Error && !(result instanceof InputError)) {
            throw new Error(`Byte ${at} as ${value} gives another error`, { cause: result });
          }
          if (result instanceof Error) expect(result.message).toMatch(/^[^\n]+\(input[^\n]*\)$/);
        }
      }
    },
    60_000,
  );

  it('says so where a vector is longer than the message', async () => {
    const bytes = Buffer.from(tableToIPC(plain, 'stream'));
    const column = bytes.indexOf('name') - 4;
    expect(bytes.readInt32LE(column)).toBe(4);
    bytes.writeInt32LE(2 ** 30, column);
    expect(await outcome(bytes)).toEqual(
      new InputError('Expected Arrow data, got a message that cannot be read: the data is damaged', {
        source: 'input',
      }),
    );
  });

  it('does not fill up a column that is shorter than the batch says', async () => {
    const bytes = Buffer.from(tableToIPC(plain, 'stream'));
    // The first node of the first batch: 4 rows, none of them null.
    const node = bytes.indexOf(Buffer.from(BigInt64Array.of(4n, 0n, 4n, 1n).buffer));
    bytes.writeBigInt64LE(2n ** 40n, node);
    expect(await outcome(bytes)).toEqual(
      new InputError("Expected 4 rows of the schema's type, got other lengths or buffers: the data is damaged", {
        source: 'input',
        column: 'id',
      }),
    );
  });

  it('does not lose nulls that a batch does not count', async () => {
    const bytes = Buffer.from(tableToIPC(plain, 'stream'));
    const node = bytes.indexOf(Buffer.from(BigInt64Array.of(4n, 1n).buffer));
    bytes.writeBigInt64LE(0n, node + 8);
    expect(String(await outcome(bytes))).toMatch(/^InputError: Expected 4 rows.*column `name`\)$/);
  });

  it('refuses two columns of one name', async () => {
    const column = new Field('x', new Int32(), true);
    const data = vectorFromArray([1, 2, 3, 4], new Int32()).data[0]!;
    const schema = new Schema([column, new Field('y', new Int32(), true)]);
    const bytes = Buffer.from(tableToIPC(new Table(schema, [batchOf(schema, 4, [data, data.clone()])]), 'stream'));
    bytes.write('x', bytes.indexOf(Buffer.from([1, 0, 0, 0, 'y'.charCodeAt(0)])) + 4);
    expect(await outcome(bytes)).toEqual(
      new InputError('Expected columns of different names, got one twice', { source: 'input', column: 'x' }),
    );
  });
});
