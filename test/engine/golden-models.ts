import { readFileSync } from 'node:fs';
import type { InputArrays } from '../../src/engine/engine.js';
import { autoencoder } from '../../src/models/autoencoder.js';
import { type AutoencoderConfig, autoencoderReference } from '../../src/models/autoencoder-reference.js';
import type { Model } from '../../src/models/model.js';
import type { ModelReference } from '../../src/models/model-reference.js';
import { vae } from '../../src/models/vae.js';
import { type VaeConfig, vaeReference } from '../../src/models/vae-reference.js';

type Numbers = Readonly<Record<string, readonly number[]>>;

/** What test/golden/autoencoders.py computed for one model. */
export interface GoldenModel {
  readonly case: { readonly name: string } & (
    | ({ readonly kind: 'vae' } & VaeConfig)
    | ({ readonly kind: 'autoencoder' } & AutoencoderConfig)
  );
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly rows: number;
  readonly weights: Numbers;
  readonly inputs: Numbers;
  readonly uniforms: readonly number[];
  readonly metrics: Numbers;
  readonly gradients: Numbers;
  readonly outputs: Readonly<Record<string, Numbers>>;
}

export const goldenModels: readonly (GoldenModel & { readonly name: string })[] = (
  JSON.parse(readFileSync(new URL('../golden/autoencoders.json', import.meta.url), 'utf8')) as GoldenModel[]
).map((golden) => ({ ...golden, name: golden.case.name }));

/** The reference of a golden model, and the model itself. */
export function referenceOf({ case: of }: GoldenModel): ModelReference {
  return of.kind === 'vae' ? vaeReference(of) : autoencoderReference(of);
}

/** The model of a golden case. */
export function modelOf({ case: of }: GoldenModel): Promise<Model> {
  return of.kind === 'vae' ? vae(of) : autoencoder(of);
}

/** Its inputs as an engine takes them. */
export function inputsOf({ inputs }: GoldenModel): InputArrays {
  return Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, Float32Array.from(values)]));
}

/** Numbers by name as one flat array in the order of a trainer's parameters. */
export function flatOf(numbers: Numbers, names: readonly string[]): Float32Array {
  return Float32Array.from(names.flatMap((name) => numbers[name] ?? []));
}
