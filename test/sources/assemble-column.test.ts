import type { SchemaElement } from 'hyparquet';
import { parquetSchema } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { typeName } from '../../src/batches/type-name.js';
import { jsonValue } from '../../src/sinks/json-value.js';
import { assembleColumn } from '../../src/sources/assemble-column.js';
import { parquetNodes } from '../../src/sources/parquet-nodes.js';
import type { ColumnChunk } from '../../src/sources/read-chunk.js';

function nodeOf(...elements: SchemaElement[]) {
  const schema = [{ name: 'schema', num_children: 1 }, ...elements];
  const root = parquetSchema({ schema });
  return parquetNodes(root, undefined, 'file')[0]!;
}

const chunk = (values: unknown[], deepest: number, definitions: number[], repetitions?: number[]): ColumnChunk => ({
  length: definitions.length,
  definitions: Uint8Array.from(definitions),
  repetitions: repetitions && Uint8Array.from(repetitions),
  deepest,
  values,
  words: [],
});

const optional = { repetition_type: 'OPTIONAL' } as const;
const repeated = { repetition_type: 'REPEATED' } as const;
const required = { repetition_type: 'REQUIRED' } as const;
const int = { type: 'INT32' } as const;

describe('assembleColumn', () => {
  const valuesOf = (node: ReturnType<typeof nodeOf>, ...chunks: ColumnChunk[]) => {
    const data = assembleColumn(node, (position) => chunks[position]!);
    return [typeName(data.type), ...Array.from({ length: data.length }, (_, row) => jsonValue(data, row))];
  };

  it('reads lists in the layouts of old writers', () => {
    const levels = [chunk([1, 2, 3], 1, [1, 1, 0, 1], [0, 1, 0, 0])] as const;
    expect(valuesOf(nodeOf({ name: 'l', ...repeated, ...int }), ...levels)).toEqual(['list<int32>', [1, 2], [], [3]]);
    const list = { name: 'l', ...optional, num_children: 1, converted_type: 'LIST' } as const;
    const two = nodeOf(list, { name: 'array', ...repeated, ...int });
    expect(valuesOf(two, chunk([1, 2], 2, [2, 2, 0, 1], [0, 1, 0, 0]))).toEqual(['list<int32>', [1, 2], null, []]);
    const tuple = nodeOf(list, { name: 'l_tuple', ...repeated, num_children: 1 }, { name: 'x', ...required, ...int });
    expect(valuesOf(tuple, chunk([1], 2, [2, 1], [0, 0]))).toEqual(['list<struct<x: int32 not null>>', [{ x: 1 }], []]);
  });

  it('tells null, empty and what holds nulls apart', () => {
    const node = nodeOf(
      { name: 'l', ...optional, num_children: 1, converted_type: 'LIST' },
      { name: 'list', ...repeated, num_children: 1 },
      { name: 'element', ...optional, num_children: 2 },
      { name: 'x', ...optional, ...int },
      { name: 'y', ...required, ...int },
    );
    // null, [], [null, {x: null, y: 7}], [{x: 5, y: 8}]
    const x = chunk([5], 4, [0, 1, 2, 3, 4], [0, 0, 0, 1, 0]);
    const y = chunk([7, 8], 3, [0, 1, 2, 3, 3], [0, 0, 0, 1, 0]);
    expect(valuesOf(node, x, y).slice(1)).toEqual([null, [], [null, { x: null, y: 7 }], [{ x: 5, y: 8 }]]);
  });

  it('refuses levels and values that do not fit each other', () => {
    const node = nodeOf({ name: 'n', ...optional, ...int });
    expect(() => valuesOf(node, chunk([1], 1, [1, 1]))).toThrow(/^1 values where levels tell of 2$/);
    const pair = nodeOf(
      { name: 's', ...optional, num_children: 2 },
      { name: 'x', ...optional, ...int },
      { name: 'y', ...optional, ...int },
    );
    expect(() => valuesOf(pair, chunk([1], 2, [2]), chunk([1, 2], 2, [2, 2, 0]))).toThrow(/^3 values in a part of 1$/);
  });
});
