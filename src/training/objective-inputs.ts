import type { InputArrays } from '../engine/engine.js';
import type { RandomKey } from '../random.js';
import type { CodeTable } from './code-table.js';
import { miniBatch } from './mini-batches.js';
import type { Recipe } from './recipe.js';

/** The inputs of a recipe's objective for some rows of a table, at most `batchRows`; noise follows from the key. */
export function objectiveInputs(
  { table, recipe }: { readonly table: CodeTable; readonly recipe: Recipe },
  rows: Uint32Array,
  beta: number,
  key: RandomKey,
): InputArrays {
  const { settings, network } = recipe;
  const variational = network.kind === 'autoencoder' ? {} : { latent: network.latent, beta };
  return miniBatch({ table, rows, batchRows: settings.batchRows, key, ...variational });
}
