import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstValueFrom, of } from 'rxjs';
import { filter } from 'rxjs/operators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { loadModel, requireModelPlace, saveModel } from '../../src/training/model-folder.js';
import { smallTable } from '../operators/table.js';

describe('saveModel and loadModel', () => {
  let folder: string;
  let model: FittedModel;
  const place = () => join(folder, 'model');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rx-augment-model-'));
    const events = of(smallTable(200)).pipe(trainVae({ epochs: 2, hidden: 16, latent: 2 }));
    const event = await firstValueFrom(events.pipe(filter((event) => event.kind === 'model')));
    model = event.model;
    await saveModel(model, place());
  });

  afterAll(async () => {
    await model.close();
    await rm(folder, { recursive: true });
  });

  it('refuses at once a folder that may not be written in', async ({ skip }) => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    // Permissions do not hold for root, who may mount instead.
    const root = process.getuid?.() === 0;
    if (root && spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', locked]).status !== 0) skip();
    if (!root) await chmod(locked, 0o555);
    try {
      await expect(requireModelPlace(join(locked, 'new', 'model'))).rejects.toThrow(
        `Expected a folder to save a model in, got ${root ? 'EROFS' : 'EACCES'} (${locked})`,
      );
    } finally {
      if (root) spawnSync('umount', [locked]);
      else await chmod(locked, 0o755);
      await rm(locked, { recursive: true });
    }
    await expect(requireModelPlace(join(folder, 'new', 'model'))).resolves.toBeUndefined();
  });

  it.each([
    ['""', ''],
    ['null', null],
    ['undefined', undefined],
    ['a promise: await it', Promise.resolve('a')],
  ])('takes %s for no folder', async (found, place) => {
    const message = new TypeError(`Expected the path of a model's folder, got ${found}`);
    await expect(requireModelPlace(place as string)).rejects.toThrow(message);
    await expect(loadModel(place as string)).rejects.toThrow(message);
  });

  it('takes the text of a URL for no folder', async () => {
    await expect(requireModelPlace('file:///model')).rejects.toThrow(
      'got the text file:///model: `new URL(text)` makes',
    );
  });

  it('gives back a model that draws the same records', async () => {
    const loaded = await loadModel(place());
    const uniforms = Float32Array.from({ length: 300 }, (_, i) => ((i * 37) % 100) / 100 + 0.005);
    expect(await loaded.draw(uniforms, 100)).toEqual(await model.draw(uniforms, 100));
    const codes = model.codec.encode(smallTable(50));
    expect(await loaded.encode(codes, 50)).toEqual(await model.encode(codes, 50));
    expect(loaded.training).toEqual(model.training);
    expect(loaded.codec.toJSON()).toEqual(model.codec.toJSON());
    await loaded.close();
  });

  it('refuses a number of threads that is none', async () => {
    for (const workers of [0, -1, 1.5, Number.NaN]) {
      await expect(loadModel(place(), { workers })).rejects.toThrow(/workers to be a whole number of at least 1/);
    }
  });

  it('writes the same bytes for the same model, replaces a model, and leaves nothing else', async () => {
    const before = await readFile(join(place(), 'model.json'));
    await saveModel(model, place());
    expect(await readFile(join(place(), 'model.json'))).toEqual(before);
    expect(await readdir(folder)).toEqual(['model']);
    expect((await readdir(place())).sort()).toEqual([
      'conditionalDecoder.onnx',
      'conditionalSampler.onnx',
      'decoder.onnx',
      'encoder.onnx',
      'model.json',
      'reconstructor.onnx',
      'sampler.onnx',
      'scorer.onnx',
    ]);
  });

  it('keeps what lies beside a model that it replaces', async () => {
    await writeFile(join(place(), 'notes.txt'), 'mine');
    await mkdir(join(place(), 'data'));
    await writeFile(join(place(), 'former.onnx'), 'of another model');
    await saveModel(model, place());
    expect(await readFile(join(place(), 'notes.txt'), 'utf8')).toBe('mine');
    const files = await readdir(place());
    expect(files).toContain('data');
    expect(files).not.toContain('former.onnx');
    expect(await readdir(folder)).toEqual(['model']);
    for (const name of ['notes.txt', 'data']) await rm(join(place(), name), { recursive: true });
  });

  it('leaves a link to a folder one, and takes URLs', async () => {
    const link = join(folder, 'link');
    await symlink(place(), link);
    await writeFile(join(place(), 'notes.txt'), 'mine');
    await saveModel(model, pathToFileURL(link));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    await (await loadModel(pathToFileURL(link))).close();
    await rm(link);
    await rm(join(place(), 'notes.txt'));
    expect(await readdir(folder)).toEqual(['model']);
  });

  it('is saved whole by each of those that save in one place at a time', async () => {
    const shared = join(folder, 'shared');
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([1, 2, 3, 4].map(() => saveModel(model, shared)));
      await (await loadModel(shared)).close();
      expect((await readdir(folder)).sort()).toEqual(['model', 'shared']);
      await rm(shared, { recursive: true });
    }
  });

  it('refuses a mounted folder, which cannot be replaced', async ({ skip }) => {
    const mounted = join(folder, 'mounted');
    await mkdir(mounted);
    try {
      if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', mounted]).status !== 0) skip();
      await expect(requireModelPlace(mounted)).rejects.toThrow(
        `Expected a folder that can be replaced, got a mounted one: name a new one in it (${mounted})`,
      );
      await saveModel(model, join(mounted, 'model'));
    } finally {
      spawnSync('umount', [mounted]);
      await rm(mounted, { recursive: true });
    }
  });

  it.each(['model.json', 'encoder.onnx', 'decoder.onnx', 'sampler.onnx'])(
    'notices a changed byte in %s',
    async (file) => {
      const path = join(place(), file);
      const bytes = await readFile(path);
      for (const at of [Math.floor(bytes.length / 3), Math.floor(bytes.length / 2)]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) === 0x31 ? 0x32 : 0x31;
        await writeFile(path, changed);
        await expect(loadModel(place())).rejects.toThrow(
          /^Expected .*(changed file|to be JSON|to describe a model|to be readable)/,
        );
      }
      await writeFile(path, bytes);
      await (await loadModel(place())).close();
    },
  );

  it('names a missing file and a format it does not read', async () => {
    await expect(loadModel(join(folder, 'nowhere'))).rejects.toThrow(/model folder with model\.json, got no such file/);
    const path = join(place(), 'model.json');
    await expect(loadModel(path)).rejects.toThrow(
      /model folder with model\.json, got a file in place of the folder \(/,
    );
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"format": 5', '"format": 9'));
    await expect(loadModel(place())).rejects.toThrow(/Expected a model of format 2 or 3 or 4 or 5, got format 9/);
    await writeFile(path, text);
  });

  it.each([2, 3])('reads a model of format %i', async (format) => {
    const path = join(place(), 'model.json');
    const text = await readFile(path, 'utf8');
    const { checksum: _, ...description } = { ...JSON.parse(text), format };
    const checksum = createHash('sha256').update(JSON.stringify(description)).digest('hex');
    await writeFile(path, JSON.stringify({ checksum, ...description }));
    const loaded = await loadModel(place());
    expect(loaded.codec.toJSON()).toEqual(model.codec.toJSON());
    await loaded.close();
    await writeFile(path, text);
  });

  it('does not replace what is no model', async () => {
    const other = join(folder, 'other');
    await writeFile(other, 'kept');
    await expect(saveModel(model, other)).rejects.toThrow(/Expected a new folder or a saved model/);
    expect(await readFile(other, 'utf8')).toBe('kept');
    await rm(other);
  });
});
