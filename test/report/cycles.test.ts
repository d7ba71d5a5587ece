import { describe, expect, it } from 'vitest';
import { cyclesOf } from '../../src/report/cycles.js';
import { cycleChart, cycleTable } from '../../src/report/page/column-chart.js';
import { createPlotter } from '../../src/report/page/plotter.js';

const column = (moments: readonly number[]) => ({
  name: 'when',
  kind: 'number' as const,
  numbers: Float64Array.from(moments),
  codes: new Int32Array(),
});
const at = (text: string) => Date.parse(text);
const times = (count: number, text: string) => Array.from({ length: count }, () => at(text));

describe('cyclesOf', () => {
  // 3 January 2022 is a Monday.
  const real = column([
    ...times(6, '2022-01-03T09:30:00Z'),
    ...times(3, '2022-01-04T23:59:59Z'),
    Number.NaN,
    at('1969-12-31T09:00Z'),
  ]);
  const synthetic = column([...times(5, '2022-01-03T09:00:00Z'), ...times(5, '2022-12-03T00:00:00Z')]);
  const [month, weekday, hour] = cyclesOf(real, synthetic);

  it('counts months, weekdays and hours, and tells no share of fewer than five real rows', () => {
    expect([month, weekday, hour].map((cycle) => [cycle!.of, cycle!.levels.length])).toEqual([
      ['month', 12],
      ['weekday', 7],
      ['hour', 24],
    ]);
    expect(month!.levels[0]).toEqual({ level: 'Jan', real: 0.9, synthetic: 0.5 });
    expect(month!.levels[11]).toEqual({ level: 'Dec', real: 0, synthetic: 0.5 });
    expect(month!.error).toBeCloseTo(0.4, 12);
    expect(weekday!.levels.map(({ real }) => real)).toEqual([0.6, 0, 0, 0, 0, 0, 0]);
    expect(weekday!.levels[5]).toEqual({ level: 'Sat', real: 0, synthetic: 0.5 });
    expect(hour!.levels[9]).toEqual({ level: '9', real: 0.7, synthetic: 0.5 });
    expect(hour!.levels[23]!.real).toBe(0);
  });

  it('leaves out what has one level', () => {
    const january = column([...times(5, '2022-01-03T00:00:00Z'), ...times(5, '2022-01-04T00:00:00Z')]);
    expect(cyclesOf(january, synthetic).map(({ of }) => of)).toEqual(['weekday']);
    expect(cyclesOf(column([]), synthetic)).toEqual([]);
  });

  it('is drawn and told', async () => {
    const chart = cycleChart(await createPlotter(), 'when', hour!).html;
    expect(chart).toContain('when by hour: shares of real (bars) and synthetic (dots) rows');
    expect(chart.match(/<rect/g)!.length).toBeGreaterThanOrEqual(24);
    expect(cycleTable('when', weekday!).html).toMatch(/<th scope="row">Mon<.th><td>60\.00.%<.td><td>50\.00.%<.td>/);
  });
});
