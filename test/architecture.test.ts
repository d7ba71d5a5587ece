import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** From top to bottom: a folder imports from itself and from those below it. */
const layers = [
  'cli.ts',
  'commands',
  'index.ts',
  'postgres.ts',
  'duckdb.ts',
  'tensorflow.ts',
  'sources',
  'sinks',
  'operators',
  'report',
  'training',
  'columns',
  'engine',
  'models',
  'batches',
  'errors.ts',
  'counted.ts',
  'require-options.ts',
  'require-path.ts',
  'value-text.ts',
  'path-of.ts',
  'message-of.ts',
  'peer.ts',
  'database-failure.ts',
  'sql-names.ts',
  'run-parts.ts',
  'pace.ts',
  'stratified.ts',
  'random.ts',
  'version.ts',
];

/** Which places may import a heavy dependency; all others go through them. */
const doors: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow/': ['models', 'engine'],
  'onnxruntime-node': ['engine'],
  '@bufbuild/protobuf': ['engine'],
  rxjs: ['sources', 'operators', 'sinks', 'commands'],
  commander: ['commands'],
  'csv-parse': ['sources'],
  'csv-stringify': ['sinks'],
  '@observablehq/plot': ['report'],
  linkedom: ['report'],
  'fast-png': ['sinks'],
  fzstd: ['sources'],
  '@hpcc-js/': ['sinks'],
  hyparquet: ['sources', 'sinks'],
  'hyparquet-compressors': ['sources'],
  'hyparquet-writer': ['sinks'],
  pg: ['sinks', 'sources'],
  'pg-copy-streams': ['sinks', 'sources'],
  '@duckdb/': ['sinks', 'sources'],
};

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*'([^']+)'/g)].map(
    ([, target = '']) => ({
      file,
      target: target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target,
      local: target.startsWith('.'),
    }),
  ),
);
const placeOf = (path: string) => path.split('/')[0]?.replace(/\.js$/, '.ts') ?? '';

describe('architecture', () => {
  it('puts every file into a layer', () => {
    expect(files.map(placeOf).filter((place) => !layers.includes(place))).toEqual([]);
    expect(files.length).toBeGreaterThan(60);
  });

  it('imports only down the layers', () => {
    const upward = imports.filter(
      ({ file, target, local }) => local && layers.indexOf(placeOf(target)) < layers.indexOf(placeOf(file)),
    );
    expect(upward).toEqual([]);
  });

  it('imports nothing in a circle, not even types', () => {
    const targets = (file: string) =>
      imports.flatMap((one) => (one.local && one.file === file ? [one.target.replace(/\.js$/, '.ts')] : []));
    const done = new Set<string>();
    const circle = (file: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      const found = targets(file).map((target) => circle(target, [...path, file]));
      done.add(file);
      return found.find((circle) => circle !== undefined);
    };
    expect(files.map((file) => circle(file, [])).find((circle) => circle !== undefined)).toBeUndefined();
  });

  it('opens heavy dependencies through their doors', () => {
    const elsewhere = imports.filter(({ file, target, local }) => {
      const door = Object.keys(doors).find(
        (name) => target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`),
      );
      return !local && door !== undefined && !doors[door]?.includes(placeOf(file));
    });
    expect(elsewhere).toEqual([]);
  });

  it('keeps the process to the command line, save for standard streams and exits', () => {
    const users = imports.filter(({ target }) => target === 'node:process').map(({ file }) => file);
    expect(users.filter((file) => !['sources', 'sinks', 'training', 'cli.ts'].includes(placeOf(file)))).toEqual([]);
  });
});
