import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { RunnerOptions } from '../engine/runner.js';
import { ModelError } from '../errors.js';
import { requireOptions } from '../require-options.js';
import { requirePath } from '../require-path.js';
import { version } from '../version.js';
import { createFittedModel, type FittedModel, type ModelParts, type TrainingSummary } from './fitted-model.js';
import { MODEL_FORMAT } from './model-format.js';
import { requireModel } from './require-model.js';
import { sha256 } from './sha256.js';

const DESCRIPTION = 'model.json';

/**
 * Saves a model as a folder, given by its path or `file:` URL: `model.json` (schema, codec, network, training history, versions,
 * checksums) and an ONNX file a graph. The folder appears whole or not at all. A model that was there before is replaced, other files
 * beside it stay, and a link to a folder stays one. Throws ModelError when the place holds something that is not a model, or cannot be
 * written, such as on a full disk.
 */
export async function saveModel(model: ModelParts, place: string | URL): Promise<void> {
  requireModel(model);
  const { codec, graphs, training } = model;
  const directory = folderPath(place);
  await requireModelPlace(directory);
  const target = await folderAt(directory);
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
    const description = {
      format: MODEL_FORMAT,
      package: version,
      files,
      training: plain(training),
      codec: codec.toJSON(),
    };
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
 * something other than a model, in a folder that may not be written in, or a mounted one, which cannot be replaced. A new place, an empty
 * folder and a saved model are fine.
 */
export async function requireModelPlace(place: string | URL): Promise<void> {
  const directory = folderPath(place);
  const entries: string[] | undefined = await readdir(directory).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : undefined,
  );
  if (entries === undefined || (entries.length > 0 && !entries.includes(DESCRIPTION))) {
    throw new ModelError(`Expected a new folder or a saved model, got something else (${directory})`);
  }
  const target = await folderAt(directory);
  await requireWritable(dirname(target));
  const [own, parent] = await Promise.all([target, dirname(target)].map((path) => stat(path).catch(() => undefined)));
  if (own !== undefined && own.dev !== parent?.dev) {
    throw new ModelError(
      `Expected a folder that can be replaced, got a mounted one: name a new one in it (${directory})`,
    );
  }
}

/** A TypeError for what is neither a path nor a `file:` URL; an empty path would be that of the folder one is in. */
function folderPath(place: string | URL): string {
  return requirePath(place, "the path of a model's folder");
}

/** The whole path of a folder, links followed; of one that is not there, where it would be. */
function folderAt(directory: string): Promise<string> {
  return realpath(directory).catch(() => resolve(directory));
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
 * Loads a model that `saveModel` saved, by the path of its folder or its `file:` URL. Throws ModelError, naming the file, when one is missing, was changed, or is of a
 * format this version does not read. `workers`: threads at most, 1 or more (RangeError), by default what
 * the machine has.
 */
export async function loadModel(folder: string | URL, options: RunnerOptions = {}): Promise<FittedModel> {
  requireOptions('loadModel()', options, { workers: 'number', thread: true });
  const directory = folderPath(folder);
  // With what checks a saved model, which nothing else needs.
  const { parseModelJson } = await import('./parse-model-json.js');
  const { codecFromJson } = await import('../columns/codec-from-json.js');
  const place = join(directory, DESCRIPTION);
  const description = parseModelJson((await read(place)).toString('utf8'), place);
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

/** Puts the new folder in the place of the old one, which goes only after that has worked; what is not of its model stays. */
async function replace(fresh: string, target: string): Promise<void> {
  const old = join(dirname(fresh), `.${basename(target)}.${randomUUID()}.old`);
  const existed = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target).catch((error: NodeJS.ErrnoException) => {
      // Another process has saved a model there in between.
      if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return replace(fresh, target);
      throw error;
    });
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  if (!existed) return;
  for (const name of await readdir(old)) {
    if (name !== DESCRIPTION && !name.endsWith('.onnx')) await rename(join(old, name), join(target, name));
  }
  await rm(old, { recursive: true, force: true });
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  return code === 'ENOTDIR' ? 'a file in place of the folder' : message;
}
