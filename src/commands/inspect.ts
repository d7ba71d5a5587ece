import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FittedModel, loadModel, typeName } from '../index.js';
import type { Io } from './io.js';
import { bytesText, countedText, countText } from './number-text.js';

/** `rx-augment inspect`: what its command line says. */
export interface InspectRequest {
  /** The folder of a saved model. */
  readonly model: string;
  readonly json?: boolean;
}

/** Writes what a saved model is: its columns, its network, its training. */
export async function inspect({ model: directory, json = false }: InspectRequest, io: Io): Promise<void> {
  const description = describe(await loadModel(directory), await versionsOf(directory));
  const text = json ? `${JSON.stringify(description, null, 2)}\n` : textOf(directory, description);
  await new Promise<void>((resolve, reject) => {
    io.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

interface Versions {
  readonly format: number;
  readonly package: string;
}

/** Read after the model was loaded, and so checked. */
async function versionsOf(directory: string): Promise<Versions> {
  const { format, package: version } = JSON.parse(await readFile(join(directory, 'model.json'), 'utf8')) as Versions;
  return { format, package: version };
}

function describe({ codec, graphs, training }: FittedModel, versions: Versions) {
  const { rows, settings, bestEpoch, epochs } = training;
  const { hidden, latent } = settings;
  const types = new Map(codec.schema.fields.map(({ name, type }) => [name, typeName(type)]));
  return {
    versions,
    columns: codec.columns.map(({ name, kind, span, reason }) => ({
      name,
      type: types.get(name) ?? '',
      kind,
      ...(span === undefined
        ? { notModelled: reason ?? kind }
        : { codes: span.width, ordered: span.scores !== undefined }),
    })),
    network: {
      columns: codec.spans.map(({ name }) => name),
      codes: codec.spans.reduce((sum, { width }) => sum + width, 0),
      hidden,
      latent,
      files: Object.entries(graphs).map(([name, bytes]) => ({ name: `${name}.onnx`, bytes: bytes.length })),
    },
    training: { rows, settings, bestEpoch, epochs },
  };
}

function textOf(directory: string, { versions, columns, network, training }: ReturnType<typeof describe>): string {
  const { settings, epochs, bestEpoch } = training;
  const columnRows = columns.map((column) => [
    column.name,
    column.type,
    column.kind,
    'codes' in column ? countedText(column.codes ?? 0, 'code') : `not modelled: ${column.notModelled}`,
  ]);
  const epochRows = epochs.map(({ epoch, training, validation }) => [
    String(epoch),
    training.loss.toFixed(4),
    training.likelihood.toFixed(4),
    validation?.loss.toFixed(4) ?? '-',
    validation?.likelihood.toFixed(4) ?? '-',
    epoch === bestEpoch ? 'kept' : '',
  ]);
  const { codes, hidden, latent } = network;
  return [
    `${directory}: a model of ${countedText(columns.length, 'column')}, trained on ${countedText(training.rows, 'row')} ` +
      `(rx-augment ${versions.package}, format ${versions.format})`,
    '',
    'Columns',
    ...table(columnRows),
    '',
    'Network',
    `  encoder: ${countText(codes)} codes -> ${hidden} -> ${hidden} -> ${latent} (mean and log-variance)`,
    `  decoder: ${latent} -> ${hidden} -> ${hidden} -> ${hidden}, then column by column, each given those before:`,
    `    ${network.columns.join(', ')}`,
    ...network.files.map(({ name, bytes }) => `  ${name}: ${bytesText(bytes)}`),
    '',
    'Training',
    `  ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    '',
    'Epochs (nats a row)',
    ...table([['epoch', 'loss', '-log p', 'held-out loss', 'held-out -log p', ''], ...epochRows]),
    '',
  ].join('\n');
}

/** Rows of cells in columns of equal width. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
