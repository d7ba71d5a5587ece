import * as arrow from 'apache-arrow';
import * as fc from 'fast-check';
import { describeColumn } from '../conformance/describe-column.js';

const rows = 400;
const integer = (min: number, max: number) => fc.oneof(fc.integer({ min, max }), fc.constant(min), fc.constant(max));
const spread = (scale: number) => Array.from({ length: rows }, (_, i) => Math.floor(scale * ((i * 0.618034) % 1) ** 2));
const few = (values: readonly unknown[]) => Array.from({ length: rows }, (_, i) => values[(i * i) % values.length]);
const bigints = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -9n, max: 9n }));

for (const type of [new arrow.Int8(), new arrow.Int16(), new arrow.Int32()]) {
  describeColumn({ kind: 'numeric', type, values: spread(120), arbitrary: integer(-128, 127), lossless: false });
}
for (const type of [new arrow.Uint8(), new arrow.Uint16(), new arrow.Uint32()]) {
  describeColumn({ kind: 'numeric', type, values: spread(120), arbitrary: integer(0, 255), lossless: false });
}
const long = spread(1e6).map(BigInt);
describeColumn({ kind: 'numeric', type: new arrow.Int64(), values: long, arbitrary: bigints, lossless: false });
describeColumn({
  kind: 'numeric',
  type: new arrow.Int64(),
  values: few([0n, 5n, 2n ** 62n, 2n ** 62n + 1n, -(2n ** 63n)]),
  arbitrary: bigints,
  lossless: true,
});
describeColumn({
  kind: 'numeric',
  type: new arrow.Uint64(),
  values: few([0n, 9n, 2n ** 64n - 1n, 2n ** 64n - 4n]),
  arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  lossless: true,
});
describeColumn({
  kind: 'numeric',
  type: new arrow.Float16(),
  values: spread(200).map((v) => v / 4),
  arbitrary: fc.integer({ min: -500, max: 500 }).map((v) => v / 8),
  lossless: false,
});
describeColumn({
  kind: 'numeric',
  type: new arrow.Float32(),
  values: spread(900).map((v) => v / 10),
  arbitrary: fc.float(),
  lossless: false,
});
describeColumn({
  kind: 'numeric',
  type: new arrow.Float64(),
  values: spread(900).map((v) => v / 10),
  arbitrary: fc.double(),
  lossless: false,
});
describeColumn({
  kind: 'numeric',
  type: new arrow.Float64(),
  values: few([-Infinity, 0.1, 2.5, Infinity]),
  arbitrary: fc.constantFrom(NaN, 1, -0.5, Infinity),
  lossless: true,
});

const decimal = (value: number) => {
  const bits = BigInt.asUintN(128, BigInt(value));
  return Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number((bits >> shift) & 0xffffffffn));
};
const cents = { kind: 'numeric', type: new arrow.Decimal(2, 12, 128), arbitrary: integer(-1e10, 1e10).map(decimal) };
describeColumn({ ...cents, values: spread(9e9).map((value) => decimal(value - 1e9)), lossless: false });
describeColumn({ ...cents, values: few([0, -1, 99_999].map(decimal)), lossless: true });

// Arrow takes and shows dates and timestamps in milliseconds, whatever their unit.
const day = 86_400_000;
const moments = fc.integer({ min: -5000, max: 20_000 }).map((days) => days * day);
const days = spread(3000).map((n) => n * day);
for (const type of [
  new arrow.DateDay(),
  new arrow.DateMillisecond(),
  new arrow.TimestampSecond('Europe/Berlin'),
  new arrow.TimestampMillisecond(),
  new arrow.TimestampMicrosecond('UTC'),
  new arrow.TimestampNanosecond(),
]) {
  describeColumn({ kind: 'datetime', type, values: days, arbitrary: moments, lossless: false });
}
describeColumn({
  kind: 'datetime',
  type: new arrow.TimeSecond(),
  values: spread(86_400),
  arbitrary: integer(0, 86_399),
  lossless: false,
});
describeColumn({
  kind: 'datetime',
  type: new arrow.TimeNanosecond(),
  values: spread(86_400).map((s) => BigInt(s) * 10n ** 9n),
  arbitrary: fc.bigInt({ min: 0n, max: 86_399_999_999_999n }),
  lossless: false,
});
describeColumn({
  kind: 'datetime',
  type: new arrow.DurationMillisecond(),
  values: long,
  arbitrary: bigints,
  lossless: false,
});

describeColumn({
  kind: 'boolean',
  type: new arrow.Bool(),
  values: few([true, false]),
  arbitrary: fc.boolean(),
  lossless: true,
});

const names = few(['', 'a', 'ß', '日本', '\uFEFFmark', 'a longer one, by some bytes']);
const words = fc.oneof(fc.constantFrom('', 'a', 'b', 'ü'), fc.string({ unit: 'grapheme', maxLength: 6 }));
describeColumn({ kind: 'categorical', type: new arrow.Utf8(), values: names, arbitrary: words, lossless: true });
describeColumn({ kind: 'categorical', type: new arrow.LargeUtf8(), values: names, arbitrary: words, lossless: true });
describeColumn({ kind: 'categorical', type: new arrow.Utf8View(), values: names, arbitrary: words, lossless: true });
// What Polars writes categories as.
describeColumn({
  kind: 'categorical',
  type: new arrow.Dictionary(new arrow.Utf8View(), new arrow.Uint32()),
  values: names,
  arbitrary: words,
  lossless: true,
});
describeColumn({
  kind: 'categorical',
  type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
  values: names,
  arbitrary: words,
  lossless: true,
});
describeColumn({
  kind: 'categorical',
  type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Uint8()),
  values: names,
  arbitrary: words,
  lossless: true,
});
