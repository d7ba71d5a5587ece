import { Argument, Command, Option } from 'commander';
import { MOST_COPIES } from '../operators/most-copies.js';
import { MOST_SAMPLES } from '../operators/most-samples.js';
import type { AugmentRequest, Started } from './augment.js';
import type { EncodeRequest } from './encode.js';
import type { Io } from './io.js';
import {
  autoencoderOptions,
  commonOptions,
  debugOption,
  delimiterOption,
  gateOptions,
  inputFile,
  inputOptions,
  modelOption,
  outputOptions,
  place,
  queryOption,
  seedOption,
  textOption,
  trainingOptions,
  watchOptions,
  whole,
  within,
} from './options.js';
import type { ReconstructRequest } from './reconstruct.js';
import type { ReportRequest } from './report.js';
import { requireFileFirst } from './require-file-first.js';
import type { SampleRequest } from './sample.js';
import type { ScoreRequest } from './score.js';
import { singlePassOptions } from './single-pass-options.js';
import type { TrainRequest } from './train.js';
import { withStarted } from './with-started.js';

/**
 * The command line: what can be said and what it means. Each command is loaded when it is called. Rejects with a
 * CommanderError for wrong usage, help and version, and with whatever the command rejects with.
 */
export function createProgram(version: string, io: Io): Command {
  const program = new Command('rx-augment')
    .description('Learn a table and make more of it: variants of its records, new records, latent codes.')
    .version(version)
    .exitOverride()
    .hook('preAction', (_, command) => requireFileFirst(command))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError() {}, // Told by whoever is rejected with it.
    })
    .addHelpText(
      'after',
      `
Data goes to standard output, everything else to standard error. The same seed and
input give the same bytes. Exit codes: 0 done, 1 failed, 2 wrong usage.

Tables are files (CSV, Arrow, Parquet, JSON Lines) or tables of databases:
  birds.csv, birds.feather, birds.parquet, birds.jsonl.gz
  postgres://user@host/shop#customers   PostgreSQL; or #schema.customers; passwords
                                        from ~/.pgpass or PGPASSWORD
  shop.duckdb#customers                 DuckDB; duckdb:FILE#customers for other files
For PostgreSQL npm install pg pg-copy-streams, for DuckDB npm install @duckdb/node-api.

Examples:
  rx-augment augment 5 --seed 1 birds.csv > more-birds.csv
  rx-augment augment 5 postgres://localhost/shop#customers -o shop.duckdb#more_customers`,
    );

  const train = program.command('train').summary('fit a model to a table and save it');
  train
    .description(
      'Fit a model to a table and save it as a folder: model.json and the network as ONNX files. A model that is there is replaced.',
    )
    .addArgument(inputFile())
    .addOption(modelOption('folder to save the model in').makeOptionMandatory())
    .addOption(queryOption());
  for (const option of [
    ...trainingOptions(),
    ...autoencoderOptions(),
    ...watchOptions(),
    ...inputOptions(),
    textOption(),
    delimiterOption(),
    seedOption(),
    ...commonOptions(),
    ...singlePassOptions(),
  ])
    train.addOption(option);
  train
    .addHelpText('after', example('rx-augment train birds.csv --model birds-model --target "Cost: Total $"'))
    .action((file: string, flags: Omit<TrainRequest, 'file'>) =>
      withStarted(startEngine, async (engine) => (await import('./train.js')).train({ ...flags, file }, io, engine)),
    );

  const augment = program.command('augment').summary('write each record and K variants of it');
  augment
    .description(
      'Write each record followed by K variants of it. Without --model a model is fitted to the input first; with it, input of any size flows through.',
    )
    .addArgument(new Argument('<k>', 'variants of each record').argParser(whole(0, MOST_COPIES)))
    .addArgument(inputFile())
    .addOption(modelOption('a saved model; else one is fitted to the input'))
    .addOption(queryOption())
    .addOption(
      new Option('--save-model <dir>', 'save the model fitted to the input').argParser(place).conflicts('model'),
    )
    .addOption(
      new Option('--temperature <x>', 'factor on the spread of the variants (default: 1)').argParser(within(0, 100)),
    )
    .addOption(
      new Option(
        '--interpolate <share>',
        'move variants towards other records, up to so much of the way (default: 0)',
      ).argParser(within(0, 1)),
    )
    .addOption(
      new Option(
        '--balance <column>',
        'as many records of each value of a column; K variants of those of the most frequent, K may be 0',
      ),
    )
    .addOption(new Option('--only-variants', 'leave out the records themselves'));
  for (const option of trainingOptions()) augment.addOption(option.conflicts('model'));
  for (const option of watchOptions()) augment.addOption(option.long === '--log' ? option : option.conflicts('model'));
  for (const option of [...inputOptions(), ...outputOptions(), delimiterOption(), seedOption(), ...commonOptions()])
    augment.addOption(option);
  for (const option of [textOption(), ...singlePassOptions()]) augment.addOption(option.conflicts('model'));
  augment
    .addHelpText('after', example('rx-augment augment 5 --model birds-model < birds.csv | gzip > more-birds.csv.gz'))
    .action((copies: number, file: string, flags: Omit<AugmentRequest, 'copies' | 'file'>) => {
      const run = async (started: Started) =>
        (await import('./augment.js')).augment({ ...flags, copies, file }, io, started);
      return flags.model === undefined
        ? withStarted(startEngine, (engine) => run({ engine }))
        : withStarted(startThread, (thread) => run({ thread }));
    });

  const encode = program.command('encode').summary('write where each record lies in the latent space');
  encode
    .description(
      'Write the latent mean of each record, as columns mu_0, mu_1, ...; of an autoencoder its code, as code_0, code_1, ....',
    )
    .addArgument(inputFile())
    .addOption(modelOption('a saved model').makeOptionMandatory())
    .addOption(queryOption())
    .addOption(new Option('--log-var', 'also write the log-variances, as columns logVar_0, logVar_1, ...'));
  for (const option of [...inputOptions(), ...outputOptions(), delimiterOption(), ...commonOptions()])
    encode.addOption(option);
  encode
    .addHelpText('after', example('rx-augment encode birds.csv --model birds-model -o latents.arrow'))
    .action((file: string, flags: Omit<EncodeRequest, 'file'>) =>
      withStarted(startThread, async (thread) => (await import('./encode.js')).encode({ ...flags, file }, io, thread)),
    );

  const reconstruct = program.command('reconstruct').summary('write what the model makes of each record');
  reconstruct
    .description(
      'Write each record as the model gives it back: through the mean of its latent, with the most likely categories and the means of everything else.',
    )
    .addArgument(inputFile())
    .addOption(modelOption('a saved model').makeOptionMandatory())
    .addOption(queryOption());
  for (const option of [...inputOptions(), ...outputOptions(), delimiterOption(), ...commonOptions()])
    reconstruct.addOption(option);
  reconstruct
    .addHelpText('after', example('rx-augment reconstruct birds.csv --model birds-model > birds-as-learned.csv'))
    .action((file: string, flags: Omit<ReconstructRequest, 'file'>) =>
      withStarted(startThread, async (thread) =>
        (await import('./reconstruct.js')).reconstruct({ ...flags, file }, io, thread),
      ),
    );

  const score = program.command('score').summary('write how unusual each record is');
  score
    .description(
      'Write what each record costs the model, in nats: loss (the negative ELBO), reconstruction and divergence; likelihood, the exact -log p, where the model has it. Unusual records cost much.',
    )
    .addArgument(inputFile())
    .addOption(modelOption('a saved model').makeOptionMandatory())
    .addOption(queryOption())
    .addOption(
      new Option('--samples <n>', 'latents drawn a record; above 1 also logLikelihood (default: 1)').argParser(
        whole(1, MOST_SAMPLES),
      ),
    );
  for (const option of [...inputOptions(), ...outputOptions(), delimiterOption(), seedOption(), ...commonOptions()])
    score.addOption(option);
  score
    .addHelpText('after', example('rx-augment score birds.csv --model birds-model -o scores.csv'))
    .action((file: string, flags: Omit<ScoreRequest, 'file'>) =>
      withStarted(startThread, async (thread) => (await import('./score.js')).score({ ...flags, file }, io, thread)),
    );

  const sample = program.command('sample').summary('write N new records');
  sample
    .description('Write N new records, drawn from what the model has learned.')
    .addArgument(new Argument('<n>', 'number of records').argParser(whole(0)))
    .addOption(modelOption('a saved model').makeOptionMandatory())
    .addOption(
      new Option(
        '--from <start>',
        'where records start: the learned null state, the most faithful (default), or the prior',
      ).choices(['null', 'prior']),
    )
    .addOption(
      new Option(
        '--where <conditions...>',
        'only records of which these hold: column=value, column=one|other, column=low..high (or low.., ..high)',
      ),
    );
  for (const option of [...gateOptions(), ...outputOptions(), delimiterOption(), seedOption(), ...commonOptions()])
    sample.addOption(option);
  sample
    .addHelpText('after', example('rx-augment sample 1000 --model birds-model --seed 7 > new-birds.csv'))
    .action((count: number, flags: Omit<SampleRequest, 'count'>) =>
      withStarted(startThread, async (thread) => (await import('./sample.js')).sample({ ...flags, count }, io, thread)),
    );

  const report = program.command('report').summary('say how good synthetic records are');
  report
    .description(
      'Compare synthetic with real records: how alike their columns and pairs are, whether a classifier tells them apart, what a model learns from them, and how close they come to single records. Without -o or --json the verdict goes to standard output.',
    )
    .argument('<real>', 'table of real records', place)
    .argument('<synthetic>', 'table of synthetic records, with the same columns', place)
    .addOption(
      new Option(
        '--holdout <file>',
        'real records that the model has not seen; privacy cannot be judged without',
      ).argParser(place),
    )
    .addOption(modelOption('the saved model they come from: adds its training and its latent space'))
    .addOption(new Option('--target <column>', 'what usefulness is measured by (default: the last that can be)'))
    .addOption(
      new Option('-o, --output <file>', 'file to write, complete or not at all: a page, or JSON for .json').argParser(
        place,
      ),
    )
    .addOption(new Option('--json', 'write JSON, to standard output without -o'))
    .addOption(new Option('--quiet', 'no progress and no remarks'));
  for (const option of [...inputOptions(), delimiterOption(), seedOption(), debugOption()]) report.addOption(option);
  report.addOption(textOption().conflicts('model'));
  report
    .addHelpText('after', example('rx-augment report birds.csv new-birds.csv --holdout other-birds.csv -o report.html'))
    .action(async (real: string, synthetic: string, flags: Omit<ReportRequest, 'real' | 'synthetic'>) =>
      (await import('./report.js')).report({ ...flags, real, synthetic }, io),
    );

  program
    .command('inspect')
    .summary('say what a saved model is')
    .description('Say what a saved model is: its columns, network and training.')
    .argument('<dir>', 'folder of the model', place)
    .option('--json', 'as JSON')
    .addOption(debugOption())
    .addHelpText('after', example('rx-augment inspect birds-model'))
    .action(async (model: string, flags: { json?: boolean }) =>
      (await import('./inspect.js')).inspect({ ...flags, model }, io),
    );

  program
    .helpCommand(false)
    .command('help')
    .summary('say more of a command')
    .description('Say more of a command: what it does, and its options.')
    .argument('[command]', 'its name (default: none, for what commands there are)')
    .action(async (name?: string) => {
      const command = name === undefined ? program : program.commands.find((command) => command.name() === name);
      if (command !== undefined) command.help();
      // Says that there is none of that name.
      await program.parseAsync([String(name)], { from: 'user' });
    });
  return program;
}

function example(line: string): string {
  return `\nExample:\n  ${line}`;
}

/** What a command that trains needs first. */
async function startEngine() {
  return (await import('../engine/start-engine.js')).startEngine();
}

/** What a command with a saved model needs first. */
async function startThread() {
  return (await import('../engine/runner-thread.js')).startRunnerThread();
}
