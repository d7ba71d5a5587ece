import { EngineError } from '../errors.js';
import type { Model } from '../models/model.js';
import type { ModelReference } from '../models/model-reference.js';

/** Builds the model that a reference names; an EngineError when its module exports no such function. */
export async function loadModel({ module, factory, config }: ModelReference): Promise<Model> {
  const exported = (await import(module)) as Record<string, unknown>;
  const build = exported[factory];
  if (typeof build !== 'function') throw new EngineError(`Expected ${module} to export a function \`${factory}\``);
  return build(config) as Model;
}
