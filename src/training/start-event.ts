import type { Codec } from '../columns/codec.js';
import type { Recipe } from './recipe.js';
import type { StartEvent } from './training-event.js';

/** What is known of a model before it is trained. */
export function startEvent(codec: Codec, { network }: Recipe): StartEvent {
  return { kind: 'start', codec, variational: network.kind !== 'autoencoder' };
}
