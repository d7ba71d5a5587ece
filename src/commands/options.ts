import { Argument, InvalidArgumentError, Option } from 'commander';
import type { SparsityOptions } from '../index.js';
import { MOST_BATCH_ROWS } from '../training/most-batch-rows.js';
import { MOST_WIDTH } from '../training/most-width.js';
import { TABLE_FORMATS } from './table-format.js';

/** The argument FILE of commands that read a table. */
export function inputFile(): Argument {
  return new Argument(
    '[file]',
    'table to read: a file, or one of a database, as postgres://host/shop#customers or shop.duckdb#customers; - or nothing for standard input',
  )
    .argParser(place)
    .default('-', 'standard input');
}

/** What can be asked of a database in place of a table. */
export function queryOption(): Option {
  return new Option('--query <sql>', 'a SELECT to read, in place of a #table').helpGroup('Databases:');
}

/** The option `--model` of commands that use a saved model. */
export function modelOption(description: string): Option {
  return new Option('--model <dir>', description).argParser(place);
}

/** The option `--seed`. */
export function seedOption(): Option {
  return new Option('--seed <n>', 'seed of everything random (default: 0)').argParser(whole(Number.MIN_SAFE_INTEGER));
}

/** How a table is read. */
export function inputOptions(): Option[] {
  return [
    new Option('--input-format <format>', 'default: by the extension, else by the content').choices(TABLE_FORMATS),
    new Option('--infer-rows <n>', 'records of CSV or JSON that types are inferred from (default: 10000)').argParser(
      whole(1),
    ),
    new Option(
      '--date-order <order>',
      'of dates such as 01/02/2020, where no value tells (default: left as text)',
    ).choices(['dmy', 'mdy']),
    new Option(
      '--decimal-mark <mark>',
      'of numbers such as 1,234, where no value tells (default: left as text)',
    ).choices(['.', ',']),
    new Option(
      '--null <marks>',
      'cells of CSV or JSON that are null besides empty ones, as NA or NA,?; may be repeated (default: what stands alone among numbers or dates, as NA, NULL, ? or -)',
    ).argParser(nullMarks),
    new Option('--encoding <name>', 'of a CSV, such as windows-1252 or utf-16le (default: utf-8)').argParser(encoding),
  ];
}

/** The option `--text` of commands that read a table without a model that knows its columns. */
export function textOption(): Option {
  return new Option('--text <columns...>', 'columns of CSV or JSON to keep as text, whatever their values look like');
}

/** How a table is written. */
export function outputOptions(): Option[] {
  return [
    new Option(
      '-o, --output <file>',
      'file to write, or a table of a database, as shop.duckdb#new; complete or not at all (default: standard output)',
    ).argParser(place),
    new Option('--if-exists <what>', 'when the table to write is there already (default: fail)')
      .choices(['fail', 'append', 'replace'])
      .helpGroup('Databases:'),
    new Option('--format <format>', 'default: by the extension of the output, else csv').choices(TABLE_FORMATS),
  ];
}

/** How records are kept from coming too close to those of the training. */
export function gateOptions(): Option[] {
  const gate = (flags: string, description: string) => new Option(flags, description).helpGroup('Privacy gate:');
  return [
    gate('--gate <file>', 'the training table: records that sit too close to one of it are drawn again').argParser(
      place,
    ),
    gate(
      '--holdout <file>',
      'real records the model has not seen, to measure --min-share by (default: the training table)',
    ).argParser(place),
    gate('--min-share <p>', 'refuse what is nearer than all but this share of fresh real records (default: 0.05)')
      .argParser(within(0, 0.5))
      .conflicts('minDistance'),
    gate('--min-distance <x>', 'refuse what is nearer than this, in columns that differ wholly').argParser(
      within(0, Number.MAX_VALUE),
    ),
    gate('--max-reference-rows <n>', 'rows of the training table at most (default: 1000000)').argParser(whole(1)),
    ...inputOptions(),
  ];
}

/** The delimiter of CSV files, read and written. */
export function delimiterOption(): Option {
  return new Option('--delimiter <char>', 'of CSV files; \\t is a tab (default: a comma, a tab for .tsv)').argParser(
    (text) => {
      const delimiter = text === '\\t' ? '\t' : text;
      if (/^[^\w"\r\n.:+\-\u0080-\uffff]$/.test(delimiter)) return delimiter;
      throw new InvalidArgumentError('Expected one ASCII character that occurs in no number or date.');
    },
  );
}

/** How a model is trained, the seed left out. */
export function trainingOptions(): Option[] {
  const option = (flags: string, description: string, parse: (text: string) => number) =>
    new Option(flags, description).argParser(parse).helpGroup('Training:');
  return [
    new Option('--target <column>', 'column to learn last, given all others').helpGroup('Training:'),
    new Option('--conditions <columns...>', 'columns to learn first, to draw records given their values').helpGroup(
      'Training:',
    ),
    new Option(
      '--keep-rare <columns...>',
      'columns of public texts: let those that fewer than 5 records share come back, too',
    ).helpGroup('Training:'),
    option(
      '--epochs <n>',
      'passes over the table (default: 25; more for small tables, fewer for large ones)',
      whole(1),
    ),
    option(
      '--batch-size <n>',
      'rows of a training step, even (default: 500; 128 below 4000 rows, 64 below 2000)',
      even,
    ),
    new Option('--hidden <widths>', 'widths of the hidden layers, as 256,256 (default: 256; 128 below 2000 rows)')
      .argParser(widths)
      .helpGroup('Training:'),
    option('--latent <n>', 'dimension of the latent space (default: 16)', whole(1)),
    option('--beta <x>', 'weight of the divergence (default: 0.25; 1 with a factorised decoder)', within(0, 1000)),
    option('--kl-warm-up <epochs>', 'epochs over which beta rises from 0 (default: 0)', whole(0)),
    new Option('--decoder <kind>', 'columns one by one, each given those before, or all at once (default: by the data)')
      .choices(['autoregressive', 'factorised'])
      .helpGroup('Training:'),
    new Option('--likelihood <kind>', 'of numbers and images, with a factorised decoder (default: by the data)')
      .choices(['gaussian', 'bernoulli', 'categorical'])
      .helpGroup('Training:'),
    new Option(
      '--no-relations',
      'let new records break what holds between columns, as that a ZIP code has one city',
    ).helpGroup('Training:'),
    option('--learning-rate <x>', "Adam's step size at its peak (default: 0.002)", within(1e-9, 1)),
    option('--decay <share>', 'share of the training over which the step size falls to 0 (default: 1)', within(0, 1)),
    option('--validation <share>', 'share of the rows held out to judge epochs by (default: 0.05)', within(0, 0.5)),
    option('--patience <n>', 'epochs without improvement after which training stops (default: 8)', whole(1)),
    new Option(
      '--fidelity <when>',
      'compare drawn with held-out records: epoch, every so many seconds, or off (default: once in 150000 rows)',
    )
      .argParser(fidelity)
      .helpGroup('Training:'),
    new Option('--stop-on <measure>', 'what decides which epoch is kept and when to stop (default: loss)')
      .choices(['loss', 'fidelity'])
      .helpGroup('Training:'),
    option(
      '--max-seconds <x>',
      'stop training so long after the table was read; compiling counts, and is not cut short',
      within(0, 1e9),
    ),
  ];
}

/** How a training is watched, besides on standard error. */
export function watchOptions(): Option[] {
  return [
    new Option('--log <file>', 'write the events of --json to a file').argParser(logFile),
    new Option('--ui', 'serve a page on this machine that shows the training'),
    new Option('--port <n>', 'port of that page (default: one that is free)').argParser(port).implies({ ui: true }),
  ].map((option) => option.helpGroup('Watching:'));
}

/** What every command that moves rows understands. */
export function commonOptions(): Option[] {
  return [
    new Option('--workers <n>', 'threads at most; never changes a result (default: all cores)').argParser(whole(1)),
    new Option('--quiet', 'no progress and no remarks'),
    new Option('--json', 'progress and remarks as JSON, an event a line'),
    debugOption(),
  ];
}

/** The option `--debug`. */
export function debugOption(): Option {
  return new Option('--debug', 'show where in the program an error comes from');
}

/** A parser of whole numbers from `least` to `most`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const low = least > Number.MIN_SAFE_INTEGER ? ` of at least ${least}` : '';
    const bound =
      value > most ? ` of at most ${most}` : value < Number.MIN_SAFE_INTEGER ? ` of at least ${least}` : low;
    throw new InvalidArgumentError(`Expected a whole number${bound}.`);
  };
}

/** A parser of places: a variable of the shell that is not set gives none. */
export function place(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected a path, got nothing.');
}

/** A parser of numbers from `low` to `high`. */
export function within(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`);
  };
}

/** How an autoencoder is trained in place of a variational one. */
export function autoencoderOptions(): Option[] {
  return [
    new Option(
      '--autoencoder',
      'train an autoencoder, not a variational one: it encodes, reconstructs and scores',
    ).conflicts(['beta', 'klWarmUp', 'decoder', 'fidelity', 'stopOn']),
    new Option('--sparsity <penalty>', 'keep the code sparse: l1:WEIGHT or kl:TARGET:WEIGHT, as kl:0.05:1')
      .argParser(sparsity)
      .implies({ autoencoder: true }),
    new Option('--activation <name>', 'non-linearity of the hidden layers (default: relu)').choices([
      'relu',
      'tanh',
      'sigmoid',
      'elu',
      'softplus',
      'identity',
    ]),
  ].map((option) => option.helpGroup('Training:'));
}

function nullMarks(text: string, before: readonly string[] = []): readonly string[] {
  const marks = text.split(',');
  if (marks.every((mark) => mark !== '')) return [...before, ...marks];
  throw new InvalidArgumentError('Expected marks with commas between them, such as NA,?.');
}

function fidelity(text: string): 'epoch' | false | { seconds: number } {
  if (text === 'epoch') return text;
  if (text === 'off') return false;
  const seconds = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  if (seconds > 0) return { seconds };
  throw new InvalidArgumentError('Expected epoch, off, or a number of seconds.');
}

function logFile(text: string): string {
  if (text === '-') throw new InvalidArgumentError('Expected a file: --json writes to standard error.');
  return place(text);
}

function port(text: string): number {
  const value = whole(0)(text);
  if (value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}

function widths(text: string): number[] {
  return text.split(',').map(whole(1, MOST_WIDTH));
}

function sparsity(text: string): SparsityOptions {
  const [kind, ...numbers] = text.split(':');
  const values = numbers.map(within(0, 1e6));
  if (kind === 'l1' && values.length === 1) return { kind, weight: values[0] as number };
  if (kind === 'kl' && values.length === 2) {
    const [target = 0, weight = 0] = values;
    if (target > 0 && target < 1) return { kind, target, weight };
    throw new InvalidArgumentError('Expected a TARGET between 0 and 1.');
  }
  throw new InvalidArgumentError('Expected l1:WEIGHT or kl:TARGET:WEIGHT.');
}

function encoding(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new InvalidArgumentError('Expected a name that the WHATWG Encoding Standard knows.');
  }
}

function even(text: string): number {
  const value = whole(2, MOST_BATCH_ROWS)(text);
  if (value % 2 === 0) return value;
  throw new InvalidArgumentError('Expected an even number.');
}
