import type { RecordBatch } from 'apache-arrow';
import { fillNormals, foldIn, type RandomKey, uniformAt } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { principalAxes } from './principal-axes.js';

/** Where encoded records lie, on the two principal axes of their latent means, in square cells. */
export interface LatentMap {
  /** Share of the variance that each axis holds. */
  readonly variance: readonly [number, number];
  /** Side of a cell. */
  readonly step: number;
  /** Cells with five records of a table or more: their lower edges, and the share of each table's records. */
  readonly cells: readonly {
    readonly x: number;
    readonly y: number;
    readonly real: number;
    readonly synthetic: number;
  }[];
}

/** A mean for each table. */
export interface TableMeans {
  readonly real: number;
  readonly synthetic: number;
  readonly holdout?: number;
}

type Role = 'real' | 'synthetic' | 'holdout';

/** Collects records while tables are read, and encodes them at the end. */
export interface LatentCollector {
  add(role: Role, batch: RecordBatch): void;
  finish(): Promise<{ readonly map: LatentMap | undefined; readonly likelihood: TableMeans | undefined }>;
}

/** Records of a table that are encoded at most. */
const MAX_ROWS = 5_000;
const CELLS = 40;
const LEAST_ROWS = 5;

/** A collector for a model: keeps the codes of a uniform sample of each table's rows. */
export function collectLatents(model: FittedModel, key: RandomKey): LatentCollector {
  const width = model.codec.width;
  const seen: Record<Role, number> = { real: 0, synthetic: 0, holdout: 0 };
  const kept: Record<Role, Float64Array> = {
    real: new Float64Array(MAX_ROWS * width),
    synthetic: new Float64Array(MAX_ROWS * width),
    holdout: new Float64Array(MAX_ROWS * width),
  };
  const rowsOf = (role: Role) => Math.min(MAX_ROWS, seen[role]);
  const valuesOf = (role: Role) => kept[role].subarray(0, rowsOf(role) * width);
  return {
    add(role, batch) {
      const values = model.codec.encode(batch);
      const choice = foldIn(foldIn(key, 'latents'), role);
      for (let r = 0; r < batch.numRows; r += 1, seen[role] += 1) {
        const row = seen[role];
        const place = row < MAX_ROWS ? row : Math.floor(uniformAt(choice, row) * (row + 1));
        if (place < MAX_ROWS) kept[role].set(values.subarray(r * width, (r + 1) * width), place * width);
      }
    },
    async finish() {
      const [real, synthetic] = [rowsOf('real'), rowsOf('synthetic')];
      const [a, b] = [await model.encode(valuesOf('real'), real), await model.encode(valuesOf('synthetic'), synthetic)];
      const likelihoods: Partial<Record<Role, number>> = {};
      for (const role of ['real', 'synthetic', 'holdout'] as const) {
        const rows = rowsOf(role);
        if (!model.hasNullState || rows === 0) continue;
        const noise = new Float32Array(rows * model.latent);
        fillNormals(
          foldIn(key, 'noise'),
          Int32Array.from({ length: rows }, (_, row) => row),
          model.latent,
          noise,
        );
        const { likelihood } = await model.score(valuesOf(role), noise, rows);
        if (likelihood) likelihoods[role] = likelihood.reduce((sum, value) => sum + value, 0) / rows;
      }
      const map = model.latent < 2 ? undefined : mapOf(a.mu, b.mu, model.latent);
      const known = likelihoods.real !== undefined && likelihoods.synthetic !== undefined;
      return { map, likelihood: known ? (likelihoods as TableMeans) : undefined };
    },
  };
}

function mapOf(real: Float32Array, synthetic: Float32Array, latent: number): LatentMap {
  const { project, variance } = principalAxes(real, latent);
  const [a, b] = [project(real), project(synthetic)];
  let most = 0;
  for (const value of a) most = Math.max(most, Math.abs(value));
  const step = Number(((2 * most) / CELLS || 1).toPrecision(2));
  const cells = new Map<string, { x: number; y: number; real: number; synthetic: number }>();
  for (const [side, points] of [
    ['real', a],
    ['synthetic', b],
  ] as const) {
    for (let at = 0; at < points.length; at += 2) {
      const [i, j] = [Math.floor((points[at] as number) / step), Math.floor((points[at + 1] as number) / step)];
      const cell = cells.get(`${i},${j}`) ?? { x: i * step, y: j * step, real: 0, synthetic: 0 };
      cell[side] += 1;
      cells.set(`${i},${j}`, cell);
    }
  }
  const shown = [...cells.values()].filter((cell) => cell.real >= LEAST_ROWS || cell.synthetic >= LEAST_ROWS);
  const share = (count: number, points: Float32Array) => (count >= LEAST_ROWS ? (2 * count) / points.length : 0);
  return {
    variance,
    step,
    cells: shown.map(({ x, y, ...cell }) => ({
      x: Number(x.toPrecision(6)),
      y: Number(y.toPrecision(6)),
      real: share(cell.real, a),
      synthetic: share(cell.synthetic, b),
    })),
  };
}
