import { readFileSync } from 'node:fs';
import { Field, Float64, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { randomKey, uniformAt } from '../../src/random.js';
import { areaUnderRoc } from '../../src/report/area-under-roc.js';
import { fitBoostedTrees } from '../../src/report/boosted-trees.js';
import { boostingDetection } from '../../src/report/boosting-detection.js';
import { closestRecordShare } from '../../src/report/closest-record-share.js';
import { createColumnSummariser } from '../../src/report/column-summary.js';
import { type ColumnValues, columnValues } from '../../src/report/column-values.js';
import { compareColumns } from '../../src/report/compare-columns.js';
import { copyCounter } from '../../src/report/copy-counter.js';
import { logisticDetection } from '../../src/report/detection.js';
import { featureBins } from '../../src/report/feature-bins.js';
import { createLevelIndex } from '../../src/report/level-index.js';
import { nearestTwo } from '../../src/report/nearest-two.js';
import { neighbourDistanceRatio } from '../../src/report/neighbour-distance-ratio.js';
import { rSquared } from '../../src/report/r-squared.js';
import { recordSpace } from '../../src/report/record-space.js';
import { utility } from '../../src/report/utility.js';
import { validity } from '../../src/report/validity.js';
import { withDateParts } from '../../src/report/with-date-parts.js';
import { tableFromJSON } from '../operators/rows.js';

const golden = JSON.parse(readFileSync(new URL('../golden/report.json', import.meta.url), 'utf8'));
const names = ['x', 'y', 'z', 'c', 'd'];
const schema = new Schema(names.map((name, i) => new Field(name, i < 3 ? new Float64() : new Utf8(), true)));
const levels = names.map(() => createLevelIndex());

function columnsOf(table: Record<string, unknown[]>): ColumnValues[] {
  const rows = table.x!.map((_, row) => Object.fromEntries(names.map((name) => [name, table[name]![row]])));
  const batches: RecordBatch[] = [tableFromJSON(rows, schema)];
  return names.map((name, i) => columnValues(batches, name, levels[i]));
}
const numbers = (values: number[]): ColumnValues => ({
  name: '',
  kind: 'number',
  numbers: Float64Array.from(values),
  codes: new Int32Array(),
  levels: createLevelIndex(),
});
const codes = (values: number[]): ColumnValues => ({
  ...numbers([]),
  kind: 'category',
  codes: Int32Array.from(values),
});

const [real, synthetic, holdout] = [golden.real, golden.synthetic, golden.holdout].map(columnsOf) as [
  ColumnValues[],
  ColumnValues[],
  ColumnValues[],
];

describe('metrics against scipy, pandas, scikit-learn and numpy', () => {
  it('KSComplement, TVComplement, CorrelationSimilarity, ContingencySimilarity: to 1e-12', () => {
    const { columns, pairs } = compareColumns(real.map((column, i) => [column, synthetic[i]!]));
    for (const { column, error } of columns) expect(1 - error).toBeCloseTo(golden.ks[column] ?? golden.tv[column], 12);
    expect(pairs).toHaveLength(10);
    for (const { columns, error } of pairs) expect(1 - error).toBeCloseTo(golden.pairs[columns.join('|')], 12);
  });

  it('area under the ROC curve with ties', () => {
    expect(areaUnderRoc(Float64Array.from(golden.roc.scores), golden.roc.positive)).toBeCloseTo(golden.roc.auc, 12);
    expect(areaUnderRoc(Float64Array.of(1, 2), [1, 1])).toBeNaN();
  });

  it('trees tell records of the night by the time of day', () => {
    const rows = 600;
    const table = (seed: number, hoursFrom: number, hours: number): ColumnValues[] => {
      const momentOf = (row: number) =>
        Math.floor(1000 * uniformAt(randomKey(seed), row)) * 864e5 +
        36e5 * (hoursFrom + hours * uniformAt(randomKey(seed), rows + row));
      return [{ ...numbers(Array.from({ length: rows }, (_, row) => momentOf(row))), name: 'when' }];
    };
    const [day, all] = [table(1, 8, 12), table(2, 0, 24)];
    const folds = Int32Array.from({ length: 2 * rows }, (_, row) => (row * 31) % 3);
    expect(boostingDetection(day, all, folds).auc).toBeLessThan(0.6);
    const [parts, others] = [day, all].map((columns) => withDateParts(columns, new Set(['when']))) as [
      ColumnValues[],
      ColumnValues[],
    ];
    expect(parts.map(({ name }) => name)).toEqual(['when', 'when (month)', 'when (weekday)', 'when (time)']);
    expect(boostingDetection(parts, others, folds).auc).toBeGreaterThan(0.7);
    expect(withDateParts(day, new Set())).toEqual(day);
  });

  it('logistic detection, nulls included', () => {
    const { auc, score } = logisticDetection(real, synthetic, golden.detection.folds);
    expect(auc).toBeCloseTo(golden.detection.auc, 6);
    expect(score).toBeCloseTo(golden.detection.score, 6);
  });

  it('distances, closest record share, distance ratio', () => {
    const space = recordSpace(real);
    const [toReal, toHoldout] = [real, holdout].map((of) => nearestTwo(space, space.place(synthetic), space.place(of)));
    toReal!.first.forEach((distance, row) => {
      expect(distance).toBeCloseTo(golden.closest.nearest[row], 6);
    });
    toReal!.second.forEach((distance, row) => {
      expect(distance).toBeCloseTo(golden.closest.second[row], 6);
    });
    const share = closestRecordShare(toReal!.first, toHoldout!.first);
    expect(share.value).toBeCloseTo(golden.closest.share, 6);
    expect(share.standardError).toBeCloseTo(golden.closest.standardError, 6);
    const ratio = neighbourDistanceRatio(toReal!);
    expect(ratio.mean).toBeCloseTo(golden.ratio.mean, 6);
    expect(ratio.fifthPercentile).toBeCloseTo(golden.ratio.fifth, 6);
  });

  it('exact copies of records that are there once', () => {
    expect(copyCounter(real).count(synthetic)).toBe(golden.copies);
  });
});

describe('fitBoostedTrees', () => {
  const { training, test } = golden.boosting;
  const bins = training.x.map((values: number[]) => featureBins(numbers(values))) as ReturnType<typeof featureBins>[];
  const binned = ({ x }: { x: number[][] }) => ({
    rows: x[0]!.length,
    columns: x.map((values, c) => bins[c]!.apply(numbers(values))),
    ordered: x.map(() => true),
  });

  it("gives the numbers of scikit-learn's HistGradientBoosting", () => {
    const classified = fitBoostedTrees(binned(training), Float64Array.from(training.class), {
      loss: 'binary',
      trees: 60,
    });
    const logOdds = classified.score(binned(test));
    expect(areaUnderRoc(logOdds, test.class)).toBeCloseTo(golden.boosting.auc, 6);
    const regressed = fitBoostedTrees(binned(training), Float64Array.from(training.value), {
      loss: 'squared',
      trees: 60,
    });
    const predicted = regressed.score(binned(test));
    expect(rSquared(predicted, Float64Array.from(test.value))).toBeCloseTo(golden.boosting.r2, 6);
    test.class.forEach((_: number, row: number) => {
      expect(logOdds[row]).toBeCloseTo(golden.boosting.logOdds[row], 6);
      expect(predicted[row]).toBeCloseTo(golden.boosting.predicted[row], 6);
    });
  });

  it('finds subsets of levels, and reads something into nulls', () => {
    const level = Array.from({ length: 900 }, (_, row) => (row * 7) % 9);
    const given = level.map((_, row) => (row % 4 === 0 ? Number.NaN : row % 13));
    const target = codes(level.map((l, row) => (row % 4 === 0 ? 1 : [2, 3, 7].includes(l) ? 1 : 0)));
    const table = [codes(level), numbers(given), target];
    expect(utility(table, table, 2)).toEqual({ measure: 'auc', value: 1 });
  });

  it('gives 0 of everything where there is one class', () => {
    const table = [numbers([1, 2, 3]), codes([0, 0, 0])];
    expect(utility(table, table, 1).value).toBeNaN();
  });
});

describe('boostingDetection', () => {
  it('tells tables apart that differ in a relation alone, and no table from itself', () => {
    const draw = (row: number) => (row * 7919) % 101;
    const rows = Array.from({ length: 600 }, (_, row) => row);
    const related = [numbers(rows.map((r) => draw(r))), numbers(rows.map((r) => draw(r)))];
    const unrelated = [numbers(rows.map((r) => draw(r))), numbers(rows.map((r) => draw(r * 31 + 17)))];
    const folds = Array.from({ length: 1200 }, (_, row) => row % 3);
    expect(boostingDetection(related, unrelated, folds).auc).toBeGreaterThan(0.95);
    expect(logisticDetection(related, unrelated, folds).auc).toBeLessThan(0.6);
    expect(boostingDetection(related, related, folds).auc).toBeLessThan(0.55);
  });
});

describe('validity', () => {
  it('asks for known categories, observed ranges, whole numbers, and nulls where some were', () => {
    const summary = (values: (number | string | null)[], level = createLevelIndex()) => {
      const kind = values.some((v) => typeof v === 'string') ? 'category' : 'number';
      const column = createColumnSummariser(kind, level);
      for (const v of values) {
        if (kind === 'number') column.addNumber(v);
        else column.addText(v);
      }
      return column.finish();
    };
    expect(validity(summary([1, 5, 3]), summary([0, 2.5, null, 5]))).toEqual({
      inRange: 2 / 3,
      whole: 2 / 3,
      present: 0.75,
    });
    expect(validity(summary([1.5, null]), summary([1.5]))).toEqual({ inRange: 1 });
    const shared = createLevelIndex();
    expect(validity(summary(['a', null], shared), summary(['a', 'b', null, null], shared))).toEqual({ known: 0.5 });
    expect(validity(summary(['a']), summary([]))).toEqual({});
  });
});
