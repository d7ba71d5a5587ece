import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { codecFromJson } from '../columns/codec.js';
import { ModelError } from '../errors.js';
import { version } from '../version.js';
import { createFittedModel, type FittedModel, type ModelParts, type TrainingSummary } from './fitted-model.js';

const FORMAT = 2;
const DESCRIPTION = 'model.json';

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
  format: z.literal(FORMAT),
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

/**
 * Saves a model as a folder: `model.json` (schema, codec, network, training history, versions, checksums) and an ONNX
 * file a graph. The folder appears whole or not at all; one that was there before is replaced. Throws ModelError when
 * the place holds something that is not a model, or cannot be written, such as on a full disk.
 */
export async function saveModel({ codec, graphs, training }: ModelParts, directory: string): Promise<void> {
  const target = resolve(directory);
  await requireModelPlace(directory);
  const parent = dirname(target);
  const fresh = join(parent, `.${basename(target)}.${randomUUID()}`);
  try {
    await mkdir(parent, { recursive: true });
    await mkdir(fresh);
    const files: Record<string, string> = {};
    for (const [name, bytes] of Object.entries(graphs)) {
      files[`${name}.onnx`] = sha256(bytes);
      await write(join(fresh, `${name}.onnx`), bytes);
    }
    const description = { format: FORMAT, package: version, files, training: plain(training), codec: codec.toJSON() };
    const checksum = sha256(JSON.stringify(description));
    await write(join(fresh, DESCRIPTION), `${JSON.stringify({ checksum, ...description }, null, 1)}\n`);
    await replace(fresh, target);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    // Without the temporary name, which means nothing to a reader.
    const found = (cause as Error).message.replace(/, \w+( '.*)?$/s, '');
    throw new ModelError(`Expected a place that a model can be saved in, got ${found} (${directory})`, { cause });
  }
}

/**
 * Throws ModelError where `saveModel` would, so that a long training need not be done to find out: a place that holds
 * something other than a model, or in a folder that may not be written in. A new place, an empty folder and a saved model are fine.
 */
export async function requireModelPlace(directory: string): Promise<void> {
  const entries: string[] | undefined = await readdir(directory).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : undefined,
  );
  if (entries === undefined || (entries.length > 0 && !entries.includes(DESCRIPTION))) {
    throw new ModelError(`Expected a new folder or a saved model, got something else (${directory})`);
  }
  await requireWritable(dirname(resolve(directory)));
}

/** Throws ModelError where nothing can be made in a folder or, if there is none, in the nearest one above: tries it. */
async function requireWritable(folder: string): Promise<void> {
  try {
    await rmdir(await mkdtemp(join(folder, '.rx-augment-')));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && folder !== dirname(folder)) return requireWritable(dirname(folder));
    throw new ModelError(`Expected a folder to save a model in, got ${code} (${folder})`, { cause });
  }
}

/**
 * Loads a model that `saveModel` saved. Throws ModelError, naming the file, when one is missing, was changed, or is of a
 * format this version does not read. `workers`: threads at most, 1 or more (RangeError), by default what
 * the machine has.
 */
export async function loadModel(directory: string, options: { readonly workers?: number } = {}): Promise<FittedModel> {
  const place = join(directory, DESCRIPTION);
  const description = parse((await read(place)).toString('utf8'), place);
  const graphs: Record<string, Uint8Array> = {};
  for (const [file, checksum] of Object.entries(description.files)) {
    const path = join(directory, basename(file));
    const bytes = await read(path);
    if (sha256(bytes) !== checksum) throw new ModelError(`Expected ${path} as it was saved, got a changed file`);
    graphs[basename(file, '.onnx')] = new Uint8Array(bytes);
  }
  const named = ['encoder', 'decoder', 'reconstructor', 'scorer'];
  if (description.training.network.kind === 'table-vae') named.push('sampler');
  for (const name of named) {
    if (graphs[name] === undefined) throw new ModelError(`Expected ${place} to list ${name}.onnx`);
  }
  return createFittedModel(
    { codec: codecFromJson(description.codec), graphs, training: description.training },
    options,
  );
}

/** The summary with arrays that JSON can hold. */
function plain({ epochs, ...training }: TrainingSummary): object {
  return {
    ...training,
    epochs: epochs.map(({ sparsity, ...epoch }) =>
      sparsity === undefined ? epoch : { ...epoch, sparsity: { ...sparsity, mean: [...sparsity.mean] } },
    ),
  };
}

function parse(text: string, place: string): z.infer<typeof modelJson> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`Expected ${place} to be JSON: ${(cause as Error).message}`, { cause });
  }
  const found = z.object({ format: z.unknown(), package: z.unknown() }).safeParse(json);
  if (found.success && found.data.format !== undefined && found.data.format !== FORMAT) {
    throw new ModelError(
      `Expected a model of format ${FORMAT}, got format ${found.data.format} of version ${found.data.package} (${place})`,
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

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ModelError(`Expected a model folder with ${basename(path)}, got ${codeOf(cause)} (${path})`, { cause });
  }
}

async function write(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts the new folder in the place of the old one, which goes only after that has worked. */
async function replace(fresh: string, target: string): Promise<void> {
  const old = `${fresh}.old`;
  const existed = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  if (existed) await rm(old, { recursive: true, force: true });
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : String((error as Error).message);
}
