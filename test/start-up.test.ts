import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** The files of the package and the packages that a program imports at its start, in their order of name. */
async function loadedBy(...args: string[]): Promise<{ files: string[]; packages: string[] }> {
  const hook = pathToFileURL(join(import.meta.dirname, 'tell-loaded.mjs')).href;
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', hook, ...args], { cwd: root });
  const urls = [...stderr.matchAll(/^loaded (file:.*)$/gm)].map(([, url = '']) => url);
  const own = pathToFileURL(dist).href;
  const files = urls.flatMap((url) => (url.startsWith(own) ? [url.slice(own.length + 1)] : []));
  const packages = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { files: files.sort(), packages: [...new Set(packages)].sort() };
}

// Every dependency that loads with the package is paid for by every program: import it where it is first used.
describe('starting', () => {
  it('loads no library with the package but those of its streams and batches', async () => {
    const { files, packages } = await loadedBy(join(dist, 'index.js'));
    // flatbuffers and tslib are what apache-arrow and rxjs load.
    expect(packages.filter((name) => !['flatbuffers', 'tslib'].includes(name))).toEqual(['apache-arrow', 'rxjs']);
    expect(files).toContain('operators/augment.js');
    expect(files).not.toContain('engine/compiled.js');
    expect(files).not.toContain('report/compare-tables.js');
    // What trains, and what draws pages.
    expect(files).not.toContain('training/fit-model.js');
    expect(files).not.toContain('training/stream-era.js');
    expect(files).not.toContain('report/page/report-page.js');
  });

  it('loads an engine without what is only needed once there is a model', async () => {
    const { packages } = await loadedBy(join(dist, 'engine', 'start-engine.js'));
    expect(packages).toEqual([]);
  });

  it('loads no command to say what there are', async () => {
    const { files, packages } = await loadedBy(join(dist, 'cli.js'), '--version');
    expect(packages).toEqual(['commander']);
    expect(files).toContain('commands/program.js');
    expect(files).not.toContain('index.js');
    expect(files.filter((file) => file.startsWith('engine/'))).toEqual([]);
  });

  it('loads nothing that streams to say what a model is', async () => {
    const { files, packages } = await loadedBy(join(dist, 'commands', 'inspect.js'));
    expect(packages).not.toContain('rxjs');
    expect(files).not.toContain('index.js');
  });
});
