import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Field } from 'apache-arrow';
import { nullMarksOf } from '../batches/null-marks.js';
import { typeName } from '../batches/type-name.js';
import { ruleText } from '../columns/number-rule.js';
import type { Codec, FittedModel, NetworkSummary, Span } from '../index.js';
// Not from the index as all else: it loads RxJS and all that streams, for twice the time.
import { loadModel } from '../training/model-folder.js';
import type { Io } from './io.js';
import { bytesText, countedText, percentText } from './number-text.js';

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
  const { rows, settings, network, bestEpoch, epochs } = training;
  const fields = new Map(codec.schema.fields.map((field) => [field.name, field]));
  return {
    versions,
    columns: codec.columns.map(({ name, kind, span, reason }) => ({
      name,
      ...spelling(fields.get(name)),
      kind,
      ...(span === undefined ? { notModelled: reason ?? kind } : widthOf(name, span, codec)),
    })),
    rules: codec.rules.map(ruleText),
    dependencies: codec.dependencies.map(({ key, columns, records }) => ({ key, columns, values: records.length })),
    network: {
      columns: codec.spans.map(({ name }) => name),
      ...network,
      files: Object.entries(graphs).map(([name, bytes]) => ({ name: `${name}.onnx`, bytes: bytes.length })),
    },
    training: { rows, settings, bestEpoch, epochs },
  };
}

/** The type of a field, and how text has its values where that is not plain. */
function spelling(field: Field | undefined): {
  readonly type: string;
  readonly layout?: string;
  readonly nulls?: readonly string[];
} {
  const layout = field?.metadata.get('rx-augment:number') ?? field?.metadata.get('rx-augment:datetime');
  const nulls = field === undefined ? [] : nullMarksOf(field);
  return {
    type: field === undefined ? '' : typeName(field.type),
    ...(layout !== undefined && { layout }),
    ...(nulls.length > 0 && { nulls }),
  };
}

function textOf(
  directory: string,
  { versions, columns, dependencies, rules, network, training }: ReturnType<typeof describe>,
): string {
  const { settings, epochs, bestEpoch } = training;
  const columnRows = columns.map((column) => [
    column.name,
    typeText(column),
    column.kind,
    'notModelled' in column ? `not modelled: ${column.notModelled}` : widthText(column),
  ]);
  const measured = epochs.some(({ fidelity }) => fidelity !== undefined);
  const percent = (share: number | undefined) => (share === undefined ? '-' : percentText(share));
  const epochRows = epochs.map(({ epoch, training, validation, fidelity }) => [
    String(epoch),
    training.loss.toFixed(4),
    training.likelihood?.toFixed(4) ?? '-',
    validation?.loss.toFixed(4) ?? '-',
    validation?.likelihood?.toFixed(4) ?? '-',
    ...(measured ? [percent(fidelity?.shapeError), percent(fidelity?.trendError)] : []),
    epoch === bestEpoch ? 'kept' : '',
  ]);
  return [
    `${directory}: a model of ${countedText(columns.length, 'column')}, trained on ${countedText(training.rows, 'row')} ` +
      `(rx-augment ${versions.package}, format ${versions.format})`,
    '',
    'Columns',
    ...table(columnRows),
    '',
    ...dependencies.map(
      ({ key, columns, values }) => `  ${key} determines ${columns.join(', ')}: ${countedText(values, 'value')}`,
    ),
    ...rules.map((rule) => `  ${rule}`),
    ...(dependencies.length + rules.length > 0 ? [''] : []),
    'Network',
    ...networkText(network).map((line) => `  ${line}`),
    ...network.files.map(({ name, bytes }) => `  ${name}: ${bytesText(bytes)}`),
    '',
    'Training',
    `  ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    '',
    'Epochs (nats a row)',
    ...table([
      [
        'epoch',
        'loss',
        '-log p',
        'held-out loss',
        'held-out -log p',
        ...(measured ? ['shapes off', 'trends off'] : []),
        '',
      ],
      ...epochRows,
    ]),
    '',
  ].join('\n');
}

function typeText({ type, layout, nulls = [] }: ReturnType<typeof spelling>): string {
  const marks = nulls.filter((mark) => mark !== '');
  return (
    type + (layout === undefined ? '' : ` as ${layout}`) + (marks.length > 0 ? `, null as ${marks.join(' or ')}` : '')
  );
}

/** How many numbers a column is to the model, and of what. */
function widthOf(name: string, own: Span, { differences, parts }: Codec) {
  const difference = differences.find(({ column }) => column === name);
  const beside = parts.flatMap(({ column, part, coded }) =>
    column === name ? [{ part, width: coded.span?.width ?? 0 }] : [],
  );
  const { likelihood, width, scores } = difference?.coded.span ?? own;
  const ordered = scores !== undefined;
  return {
    likelihood,
    width,
    ordered,
    ...(difference !== undefined && { differenceFrom: difference.from }),
    ...(beside.length > 0 && { parts: beside }),
  };
}

function widthText({ likelihood, width = 0, differenceFrom, parts = [] }: Partial<ReturnType<typeof widthOf>>): string {
  const from = differenceFrom === undefined ? '' : ` of the difference from ${differenceFrom}`;
  const beside = parts.map(({ part, width }) => `, ${width} of ${part}`).join('');
  return likelihood === 'categorical'
    ? `${countedText(width, 'code')}${from}${beside}`
    : `${likelihood}, ${countedText(width, 'number')}`;
}

function networkText(network: ReturnType<typeof describe>['network']): string[] {
  const { latent, columns } = network;
  if (network.kind === 'table-vae') {
    const { hidden } = network;
    return [
      `a variational autoencoder, latent ${latent}, autoregressive over columns`,
      `encoder: codes -> ${hidden} -> ${hidden} -> ${latent} (mean and log-variance)`,
      `decoder: ${latent} -> ${hidden} -> ${hidden}, then column by column, each given those before:`,
      `  ${columns.join(', ')}`,
    ];
  }
  const { network: layers } = network;
  const title =
    network.kind === 'vae'
      ? `a variational autoencoder, latent ${latent}, factorised over columns`
      : `an autoencoder, code ${latent} (${network.codeActivation})${sparsityText(network.sparsity)}`;
  switch (layers.kind) {
    case 'dense':
      return [title, `hidden layers: ${layers.hidden.join(', ') || 'none'} (${layers.activation})`];
    case 'convolutional':
      return [
        title,
        `convolutions: ${layers.filters.join(', ')} channels, kernel ${layers.kernelSize}, stride ${layers.stride} (${layers.activation})`,
        `hidden layers: ${layers.hidden.join(', ') || 'none'}`,
      ];
    case 'own':
      return [title, `network: ${layers.factory} of ${layers.module}`];
    default:
      return layers satisfies never;
  }
}

function sparsityText(sparsity: Extract<NetworkSummary, { kind: 'autoencoder' }>['sparsity']): string {
  if (sparsity === undefined) return '';
  const target = sparsity.kind === 'kl' ? ` to ${sparsity.target}` : '';
  return `, sparse by ${sparsity.kind}${target}, weight ${sparsity.weight}`;
}

/** Rows of cells in columns of equal width. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
