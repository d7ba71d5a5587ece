import * as z from 'zod';
import { ModelError } from '../errors.js';
import { READABLE_FORMATS } from './model-format.js';
import { sha256 } from './sha256.js';

const lossesJson = z.object({
  loss: z.number(),
  reconstruction: z.number(),
  divergence: z.number(),
  penalty: z.number(),
  likelihood: z.number().exactOptional(),
});

const fidelityJson = z.object({ shapeError: z.number(), trendError: z.number(), rows: z.number() });

/** An array of numbers on disk, a Float32Array in memory. */
const sparsityJson = z.object({
  target: z.number().exactOptional(),
  mean: z.array(z.number()).transform((mean) => Float32Array.from(mean)),
});

const activationJson = z.enum(['relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'identity']);
const widthsJson = z.array(z.number());

const networkConfigJson = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dense'), hidden: widthsJson, activation: activationJson }),
  z.object({
    kind: z.literal('convolutional'),
    filters: widthsJson,
    kernelSize: z.number(),
    stride: z.number(),
    hidden: widthsJson,
    activation: activationJson,
  }),
  z.object({ kind: z.literal('own'), module: z.string(), factory: z.string(), config: z.unknown().exactOptional() }),
]);

const layerJson = z.union([z.literal('code'), z.number()]);

const networkJson = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('table-vae'), latent: z.number(), hidden: z.number() }),
  z.object({ kind: z.literal('vae'), latent: z.number(), freeBits: z.number(), network: networkConfigJson }),
  z.object({
    kind: z.literal('autoencoder'),
    latent: z.number(),
    codeActivation: activationJson,
    network: networkConfigJson,
    sparsity: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('l1'), weight: z.number(), layer: layerJson }),
        z.object({ kind: z.literal('kl'), target: z.number(), weight: z.number(), layer: layerJson }),
      ])
      .exactOptional(),
  }),
]);

const modelJson = z.object({
  format: z.literal(READABLE_FORMATS),
  package: z.string(),
  /** SHA-256 of this description without this field, as JSON without spaces. */
  checksum: z.string(),
  /** SHA-256 of each file beside this one. */
  files: z.record(z.string(), z.string()),
  training: z.object({
    rows: z.number(),
    settings: z.object({
      seed: z.number(),
      epochs: z.number(),
      batchRows: z.number(),
      beta: z.number(),
      warmUpEpochs: z.number(),
      learningRate: z.number(),
      decay: z.number(),
      validation: z.number(),
      patience: z.number(),
      stopOn: z.literal('fidelity').exactOptional(),
    }),
    network: networkJson,
    bestEpoch: z.number(),
    epochs: z.array(
      z.object({
        epoch: z.number(),
        training: lossesJson,
        validation: lossesJson.exactOptional(),
        fidelity: fidelityJson.exactOptional(),
        sparsity: sparsityJson.exactOptional(),
      }),
    ),
  }),
  codec: z.unknown(),
});

/** What `model.json` at `place` says. ModelError where it is no JSON, of another format, of another form, or was changed. */
export function parseModelJson(text: string, place: string): z.infer<typeof modelJson> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`Expected ${place} to be JSON: ${(cause as Error).message}`, { cause });
  }
  const found = z.object({ format: z.unknown(), package: z.unknown() }).safeParse(json);
  if (
    found.success &&
    found.data.format !== undefined &&
    !(READABLE_FORMATS as readonly unknown[]).includes(found.data.format)
  ) {
    throw new ModelError(
      `Expected a model of format ${READABLE_FORMATS.join(' or ')}, got format ${found.data.format} of version ${found.data.package} (${place})`,
    );
  }
  const model = modelJson.safeParse(json);
  if (!model.success) {
    const what = z.prettifyError(model.error).replaceAll(/\s+/g, ' ');
    throw new ModelError(`Expected ${place} to describe a model: ${what}`);
  }
  const { checksum, ...rest } = json as Record<string, unknown>;
  if (sha256(JSON.stringify(rest)) !== checksum) {
    throw new ModelError(`Expected ${place} as it was saved, got a changed file`);
  }
  return model.data;
}
