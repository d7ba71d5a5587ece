import type { Codec } from '../columns/codec.js';
import type { Recipe } from './recipe.js';
import type { SinglePassPlan } from './single-pass-plan.js';
import type { StreamWindow } from './stream-window.js';

/** Columns fitted to a window, and what to train on it. */
export interface FittedWindow {
  readonly codec: Codec;
  readonly recipe: Recipe;
}

/**
 * Fits columns to a window of rows. RangeError where there is nothing in them to learn, or options do not suit them; throws the
 * reason of the plan's signal.
 */
export async function fitWindow(window: StreamWindow, { recipeOf, signal }: SinglePassPlan): Promise<FittedWindow> {
  const codec = await window.fit();
  signal.throwIfAborted();
  return { codec, recipe: recipeOf(codec, window.rows) };
}
