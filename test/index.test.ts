import { describe, expect, it } from 'vitest';
import * as duckdb from '../src/duckdb.js';
import * as library from '../src/index.js';
import * as postgres from '../src/postgres.js';

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
      'sample',
      'saveModel',
      'saveReport',
      'score',
      'toArrow',
      'toAsyncIterable',
      'toCsv',
      'toDataset',
      'toJsonLines',
      'toParquet',
      'toPngGrid',
      'trainAutoencoder',
      'trainVae',
      'typeName',
    ]);
    expect(Object.keys(duckdb).sort()).toEqual(['fromDuckdb', 'requireDuckdbPlace', 'toDuckdb']);
    expect(Object.keys(postgres).sort()).toEqual(['fromPostgres', 'requirePostgresPlace', 'toPostgres']);
  });
});
