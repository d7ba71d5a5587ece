import { describe, expect, it } from 'vitest';
import { randomKey } from '../../src/random.js';
import { createCodeTable } from '../../src/training/code-table.js';
import { copyRow } from '../../src/training/copy-row.js';
import { miniBatch, shuffle } from '../../src/training/mini-batches.js';

describe('createCodeTable', () => {
  const span = (width: number) => ({ likelihood: 'categorical', width }) as const;
  const codesOf = (rows: number) => Uint16Array.from({ length: rows * 2 }, (_, i) => i);

  it('keeps all rows in their order while there is room', () => {
    const table = createCodeTable({ width: 2, storage: 'codes', spans: [span(50_000)] }, 5, randomKey(1));
    table.add(codesOf(5).subarray(0, 4));
    table.add(codesOf(5).subarray(4));
    expect(table.table).toEqual({ width: 2, rows: 5, storage: 'codes', values: codesOf(5) });
  });

  it('keeps few codes as bytes', () => {
    const of = (width: number) => {
      const table = createCodeTable({ width: 1, storage: 'codes', spans: [span(width)] }, 3, randomKey(1));
      table.add(Uint16Array.of(0, width - 1, 7));
      return table.table.values;
    };
    expect(of(256)).toEqual(Uint8Array.of(0, 255, 7));
    expect(of(257)).toEqual(Uint16Array.of(0, 256, 7));
  });

  it('keeps images of bytes, flags and codes as bytes, and gives the same values back', () => {
    const spans = [
      { likelihood: 'bernoulli', width: 256, bytes: true },
      { likelihood: 'bernoulli', width: 1, bytes: true },
      span(256),
    ] as const;
    const rows = [0, 255].map((code) => [...Array.from({ length: 256 }, (_, i) => i / 255), code / 255, code]);
    const values = Float32Array.from(rows.flat());
    const collected = createCodeTable({ width: 258, storage: 'values', spans }, 2, randomKey(1));
    collected.add(values);
    const { table } = collected;
    expect(table.values).toBeInstanceOf(Uint8Array);
    const back = new Float32Array(2 * 258);
    for (const row of [0, 1]) copyRow(table, row, back, row * 258);
    expect(back).toEqual(values);
  });

  it('keeps other values as they are', () => {
    const spans = [span(2), { likelihood: 'gaussian', width: 1 }] as const;
    const collected = createCodeTable({ width: 2, storage: 'values', spans }, 1, randomKey(1));
    collected.add(Float32Array.of(1, 0.3));
    expect(collected.table.values).toEqual(Float32Array.of(1, 0.3));
  });

  it('counts bytes, whatever a number takes', () => {
    const rowsOf = (spans: Parameters<typeof createCodeTable>[0]['spans'], storage: 'codes' | 'values') => {
      const collected = createCodeTable({ width: 2, storage, spans }, 1000, randomKey(1), 80);
      collected.add(storage === 'codes' ? new Uint16Array(200) : new Float32Array(200));
      return collected.table.rows;
    };
    const wide = { likelihood: 'gaussian', width: 1 } as const;
    expect([rowsOf([span(2), span(2)], 'codes'), rowsOf([span(2), span(300)], 'codes')]).toEqual([40, 20]);
    expect([rowsOf([span(2), span(2)], 'values'), rowsOf([wide, wide], 'values')]).toEqual([40, 10]);
  });

  it('keeps a fair sample of whole rows beyond that, whatever the batches', () => {
    const rows = 20_000;
    const inBatches = (size: number) => {
      const table = createCodeTable({ width: 2, storage: 'codes', spans: [span(50_000)] }, rows, randomKey(1), 8000);
      for (let at = 0; at < rows; at += size) {
        table.add(
          codesOf(rows)
            .map((code) => Math.floor(code / 2) % 20_000)
            .subarray(at * 2, (at + size) * 2),
        );
      }
      return table.table;
    };
    const kept = inBatches(1000);
    expect(kept.rows).toBe(2000);
    expect(inBatches(337).values).toEqual(kept.values);
    const codes = kept.values as Uint16Array;
    const firsts = codes.filter((_, i) => i % 2 === 0);
    expect(firsts).toEqual(codes.filter((_, i) => i % 2 === 1));
    const mean = firsts.reduce((sum, row) => sum + row, 0) / firsts.length;
    expect(Math.abs(mean - rows / 2)).toBeLessThan(4 * (rows / Math.sqrt(12 * 2000)));
  });
});

describe('shuffle', () => {
  it('gives a permutation that follows from the key', async () => {
    const shuffled = async (seed: number) => {
      const order = Uint32Array.from({ length: 1000 }, (_, i) => i);
      await shuffle(order, randomKey(seed));
      return order;
    };
    const first = await shuffled(1);
    expect(first).toEqual(await shuffled(1));
    expect(first).not.toEqual(await shuffled(2));
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
});

describe('miniBatch', () => {
  it('spreads a partial batch evenly and gives the filling no weight', () => {
    const table = { width: 1, rows: 3, storage: 'codes', values: Uint16Array.of(7, 8, 9) } as const;
    const rows = Uint32Array.of(2, 0, 1);
    const inputs = miniBatch({ table, rows, batchRows: 8, latent: 2, beta: 0.5, key: randomKey(1) });
    expect([...(inputs.codes ?? [])]).toEqual([9, 0, 7, 0, 0, 8, 0, 0]);
    expect([...(inputs.weights ?? [])]).toEqual([1 / 8, 0, 1 / 8, 0, 0, 1 / 8, 0, 0]);
    expect(inputs.noise?.length).toBe(16);
    expect([...(inputs.beta ?? [])]).toEqual([0.5]);
  });
});
