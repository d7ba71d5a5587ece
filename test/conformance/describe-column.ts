import {
  type DataType,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/columns/codec.js';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';

/** One kind of column with values it can hold; `undefined` counts as null nowhere: nulls are `null`. */
export interface ColumnCase {
  readonly kind: string;
  readonly type: DataType;
  /** At least 30 values, two or more of them different; the column must come out as `kind`. */
  readonly values: readonly unknown[];
  /** Values for the properties, of the type. */
  readonly arbitrary: fc.Arbitrary<unknown>;
  /** Whether every value has a code of its own. */
  readonly lossless: boolean;
}

/** A batch of one column `x` beside a modelled column `other`, so that any `x` can be fitted. */
export function batchOf(type: DataType, values: readonly unknown[]): RecordBatch {
  const x = vectorFromArray(values as never[], type) as Vector;
  const other = vectorFromArray(values.map((_, i) => i % 2 === 0));
  const schema = new Schema([
    new Field('x', type, true, new Map([['unit', 'metre']])),
    new Field('other', other.type, true),
  ]);
  const children = [x.data[0]!, other.data[0]!].map((data) => data.slice(0, values.length));
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: values.length, nullCount: 0, children }),
  );
}

/** The codec of batches of one schema. */
export function fitted(batches: readonly RecordBatch[], options = {}): Codec {
  const fitter = createCodecFitter(batches[0]!.schema, options);
  for (const batch of batches) fitter.add(batch);
  return fitter.finish();
}

/** The values of a column, as Arrow shows them. */
export function valuesOf(batch: RecordBatch, name = 'x'): unknown[] {
  return [...batch.getChild(name)!];
}

/** What every modelled column keeps to, whatever its kind. */
export function describeColumn({ kind, type, values, arbitrary, lossless }: ColumnCase): void {
  describe(`${kind} column of ${type}`, () => {
    const nullable = [...values, null, null];
    const batch = batchOf(type, nullable);
    const codec = fitted([batch]);
    const uniforms = (n: number) => Float32Array.from({ length: n }, (_, i) => ((i * 7919) % 1000) / 1000 + 0.0005);

    it('is fitted as its kind, with a span that its codes fill', () => {
      expect(codec.columns[0]!.kind).toBe(kind);
      const span = codec.spans[0]!;
      const codes = codec.encode(batch).filter((_, i) => i % 2 === 0);
      expect(new Set(codes)).toEqual(new Set(Array.from({ length: span.width }, (_, i) => i)));
      const counts = Array.from({ length: span.width }, (_, code) => codes.filter((other) => other === code).length);
      expect(span.rows).toEqual(counts);
      if (span.scores !== undefined) {
        expect(span.scores).toHaveLength(span.width);
        expect(span.scores.slice(0, -1)).toEqual(span.scores.slice(0, -1).toSorted((a, b) => a - b));
        expect(span.scores.at(-1)).toBe(0);
      }
    });

    it('decodes to the same code, the same schema, and nulls where nulls were', () => {
      const codes = codec.encode(batch);
      const decoded = codec.decode(codes, uniforms(codes.length));
      expect(decoded.schema).toEqual(batch.schema);
      expect(String(decoded.data.children[0]!.type)).toBe(String(type));
      expect(codec.encode(decoded)).toEqual(codes);
      expect(valuesOf(decoded).map((v) => v === null)).toEqual(nullable.map((v) => v === null));
      if (lossless) expect(valuesOf(decoded)).toEqual(valuesOf(batch));
    });

    it('reads slices and batches without nulls', () => {
      const codes = codec.encode(batch);
      expect(codec.encode(batch.slice(3, 25))).toEqual(codes.subarray(6, 50));
      expect(codec.encode(batchOf(type, values))).toEqual(codes.subarray(0, 2 * values.length));
    });

    it('reports a null where fitting saw none, and gives it a code', () => {
      const without = fitted([batchOf(type, values)]);
      const unseen: unknown[] = [];
      const codes = without.encode(batchOf(type, [values[0], null]), (...where) => unseen.push(where));
      expect(unseen).toEqual([['x', 'null', 1]]);
      expect(codes[2]!).toBeLessThan(without.spans[0]!.width);
    });

    it('gives its exact values back, each to be found again', () => {
      const column = codec.columns[0]!;
      const exact = column.exactValues?.();
      const found = exact?.find(batch.data.children[0]!);
      if (exact === undefined || found === undefined) return;
      if (lossless) expect(nullable.filter((v, r) => found[r]! < 0 && Number.isFinite(Number(v)))).toEqual([]);
      expect(found.at(-1)).toBe(exact.nullValue);
      for (const place of [0.001, 0.5, 0.999]) {
        const uniforms = exact.from.map((from, value) => from + place * (exact.to[value]! - from));
        const slots = { codes: exact.codes, uniforms, offset: 0, stride: 1, rows: exact.codes.length };
        expect([...exact.find(column.decode(slots))]).toEqual([...exact.codes.keys()]);
      }
    });

    it('holds for any values of the type: valid codes, the same code again, nothing out of range', () => {
      const text = fc.array(fc.option(arbitrary), { minLength: 2, maxLength: 90 });
      fc.assert(
        fc.property(text, fc.nat(98), fc.nat(), (some, place, cut) => {
          const whole = batchOf(type, some);
          const codec = fitted([whole]);
          const at = codec.spans.findIndex((span) => span.name === 'x');
          const codes = codec.encode(whole);
          const u = new Float32Array(codes.length).fill((place + 0.5) / 100);
          const decoded = codec.decode(codes, u, { batch: whole, rows: some.map((_, r) => r) });
          expect(codec.encode(decoded)).toEqual(codes);
          if (at >= 0)
            for (let i = at; i < codes.length; i += codec.spans.length)
              expect(codes[i]!).toBeLessThan(codec.spans[at]!.width);
          const real = valuesOf(whole).filter((v) => v !== null && !Number.isNaN(v)) as number[];
          for (const v of valuesOf(decoded) as number[]) {
            if (v === null || Number.isNaN(v)) expect(some.some((s) => Object.is(s, v))).toBe(true);
            else expect(real.some((r) => r <= v) && real.some((r) => r >= v)).toBe(true);
          }
          // However the rows are divided, and through JSON, it is the same codec.
          const middle = cut % some.length;
          const json = JSON.stringify(codec);
          expect(JSON.stringify(fitted([whole.slice(0, middle), whole.slice(middle)]))).toBe(json);
          const restored = codecFromJson(JSON.parse(json));
          expect(JSON.stringify(restored)).toBe(json);
          expect(restored.encode(whole)).toEqual(codes);
          const copy = { batch: whole, rows: some.map((_, r) => r) };
          expect(valuesOf(restored.decode(codes, u, copy))).toEqual(valuesOf(decoded));
        }),
        { numRuns: 60 },
      );
    });
  });
}
