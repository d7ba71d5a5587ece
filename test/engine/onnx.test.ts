import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledEngine } from '../../src/engine/compiled.js';
import { ModelProtoSchema } from '../../src/engine/onnx-schema/onnx_pb.js';
import { createRunner } from '../../src/engine/runner.js';
import { uniforms } from '../models/reference.js';
import { mixedSpans, tableCase, weightsFor } from './cases.js';

const python = process.env.PYTHON ?? 'python3';
const found = spawnSync(python, ['-c', 'import numpy, onnxruntime; print(onnxruntime.__version__)'], {
  encoding: 'utf8',
});
const missing = found.error?.message ?? found.stderr.trim().split('\n').at(-1);
if (found.status !== 0) console.log(`Skipped: ${python} has no onnxruntime (${missing}); set PYTHON to one that has`);

const of = tableCase('table VAE', { spans: mixedSpans, hidden: 32, latent: 4 });
const rows = 700;
const folder = mkdtempSync(join(tmpdir(), 'rx-augment-test-'));
let graphs: Readonly<Record<string, Uint8Array>>;

beforeAll(async () => {
  const trainer = await compiledEngine.createTrainer({ model: of.reference, batchRows: 4, seed: 1 });
  graphs = await trainer.exportGraphs(weightsFor(of, 1));
  await trainer.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface PythonArray {
  dtype: string;
  shape: (number | string)[];
  values: number[];
}

function inPython(graph: string, feeds: Record<string, Float32Array | Int32Array>, count: number) {
  const file = join(folder, `${graph}.onnx`);
  writeFileSync(file, graphs[graph]!);
  const given = Object.entries(feeds).map(([name, values]) => {
    const dtype = values instanceof Int32Array ? 'int32' : 'float32';
    return [name, { dtype, shape: [count, values.length / count], values: Array.from(values) }];
  });
  const script = fileURLToPath(new URL('./run-onnx.py', import.meta.url));
  const input = JSON.stringify(Object.fromEntries(given));
  const { status, stdout, stderr } = spawnSync(python, [script, file], { input, encoding: 'utf8', maxBuffer: 1e8 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as { inputs: Record<string, PythonArray>; outputs: Record<string, PythonArray> };
}

describe('exported graphs', () => {
  it('hold the parameters they use, and nothing else as input', () => {
    const inputs = Object.entries(graphs).map(([name, bytes]) => {
      const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes);
      expect(opsetImport.map(({ version }) => version)).toEqual([18n]);
      const shared = graph!.initializer.map((tensor) => tensor.name);
      expect(shared.includes('encoder.codes')).toBe(['encoder', 'reconstructor', 'scorer'].includes(name));
      expect(shared.includes('decoder.null')).toBe(['sampler', 'conditionalSampler', 'scorer'].includes(name));
      return [name, graph!.input.map((input) => input.name)];
    });
    expect(Object.fromEntries(inputs)).toEqual({
      encoder: ['codes'],
      decoder: ['latent', 'uniforms'],
      sampler: ['uniforms'],
      conditionalDecoder: ['latent', 'uniforms', 'allowed'],
      conditionalSampler: ['uniforms', 'allowed'],
      reconstructor: ['codes'],
      scorer: ['codes', 'noise'],
    });
  });

  it('are the same bytes every time', async () => {
    const trainer = await compiledEngine.createTrainer({ model: of.reference, batchRows: 8, seed: 2 });
    expect(await trainer.exportGraphs(weightsFor(of, 1))).toEqual(graphs);
    expect(await trainer.exportGraphs(weightsFor(of, 2))).not.toEqual(graphs);
    await trainer.close();
  });

  it.skipIf(found.status !== 0)("run in Python's onnxruntime: the same codes for the same uniforms", async () => {
    const runner = createRunner(graphs, { workers: 1 });
    const draws = uniforms(2, rows * mixedSpans.length);
    const latent = uniforms(3, rows * 4, -2, 2);
    const cases = { sampler: { uniforms: draws }, decoder: { uniforms: draws, latent } };
    for (const [graph, feeds] of Object.entries(cases)) {
      const { codes } = await runner.run(graph, feeds, rows);
      const python = inPython(graph, feeds, rows);
      expect(python.inputs.uniforms).toEqual({ dtype: 'tensor(float)', shape: ['rows', mixedSpans.length] });
      expect(python.outputs.codes).toEqual({
        dtype: 'int32',
        shape: [rows, mixedSpans.length],
        values: Array.from(codes!),
      });
      expect(new Set(codes).size).toBeGreaterThan(5);
      const { mu, logVar } = await runner.run('encoder', { codes: codes! }, rows);
      const encoded = inPython('encoder', { codes: codes! }, rows).outputs;
      for (const [name, ours] of Object.entries({ mu: mu!, logVar: logVar! })) {
        encoded[name]!.values.forEach((value, i) => {
          expect(ours[i]).toBeCloseTo(value, 4);
        });
      }
    }
    await runner.close();
  });

  it.skipIf(found.status !== 0)('take any number of rows in Python', () => {
    for (const count of [1, 2, 7]) {
      const draws = uniforms(2, count * mixedSpans.length);
      expect(inPython('sampler', { uniforms: draws }, count).outputs.codes!.shape).toEqual([count, mixedSpans.length]);
    }
  });
});
