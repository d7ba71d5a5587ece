import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as duckdb from '../src/duckdb.js';
import * as library from '../src/index.js';
import * as postgres from '../src/postgres.js';
import * as tensorflow from '../src/tensorflow.js';

const dist = join(import.meta.dirname, '..', 'dist');

/** What the declarations of an entry import from elsewhere, directly or not. */
function packagesOf(entry: string): string[] {
  const [files, packages] = [new Set([entry]), new Set<string>()];
  for (const file of files) {
    for (const [, target = ''] of readFileSync(join(dist, file), 'utf8').matchAll(
      /(?:from|import)\s*\(?\s*'([^']+)'/g,
    )) {
      if (target.startsWith('.')) files.add(join(dirname(file), target.replace(/\.js$/, '.d.ts')));
      else packages.add(target);
    }
  }
  return [...packages].sort();
}

describe('rx-augment', () => {
  it('gives what is public, and nothing else', () => {
    expect(Object.keys(library).sort()).toEqual([
      'EngineError',
      'InputError',
      'ModelError',
      'SchemaMismatchError',
      'augment',
      'castTo',
      'encode',
      'fidelity',
      'fromArrow',
      'fromCsv',
      'fromIdx',
      'fromJsonLines',
      'fromParquet',
      'hold',
      'loadModel',
      'perItem',
      'privacyGate',
      'readBytes',
      'reconstruct',
      'renderReport',
      'report',
      'requireModelPlace',
      'ruleText',
      'sample',
      'saveModel',
      'saveReport',
      'score',
      'toArrow',
      'toAsyncIterable',
      'toCsv',
      'toJsonLines',
      'toParquet',
      'toPngGrid',
      'trainAutoencoder',
      'trainVae',
      'typeName',
    ]);
    expect(Object.keys(duckdb).sort()).toEqual(['fromDuckdb', 'requireDuckdbPlace', 'toDuckdb']);
    expect(Object.keys(postgres).sort()).toEqual(['fromPostgres', 'requirePostgresPlace', 'toPostgres']);
    expect(Object.keys(tensorflow).sort()).toEqual(['tensorflowEngine', 'toDataset']);
  });

  it.each(['index', 'postgres', 'duckdb'])(
    'has types in %s that need those of no more than Arrow, RxJS and zod',
    (entry) => {
      expect(packagesOf(`${entry}.d.ts`).filter((name) => !name.startsWith('node:'))).toEqual(
        entry === 'index' ? ['apache-arrow', 'rxjs', 'zod'] : ['apache-arrow', 'rxjs'],
      );
    },
  );
});
