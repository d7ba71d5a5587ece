import { textReason } from '../batches/text-reason.js';
import type { Codec } from '../columns/codec.js';
import { rowsKeptBack } from '../columns/kept-back.js';
import { LEAST_ROWS } from '../columns/least-rows.js';
import { type FittedModel, ruleText } from '../index.js';
import { countedText, countText } from './number-text.js';
import type { Reporter } from './reporter.js';

/** Says which columns a model leaves out and what becomes of them, and which it could not tell to be numbers or dates; `fate` is the phrase for identifiers and free text. */
export function reportColumns({ codec }: FittedModel, fate: string, reporter: Reporter): void {
  const left = codec.columns.filter(({ span }) => span === undefined);
  const names = (columns: typeof left) => columns.map(({ name }) => `\`${name}\``).join(', ');
  for (const reason of new Set(left.map((column) => column.reason ?? column.kind))) {
    const columns = left.filter((column) => (column.reason ?? column.kind) === reason);
    const handling = columns[0]?.kind === 'constant' ? 'every new record gets that value' : fate;
    reporter.note(`not modelled: ${names(columns)} (${reason}): ${handling}`, {
      event: 'not-modelled',
      columns: columns.map(({ name }) => name),
      reason,
      handling,
    });
  }
  for (const field of codec.schema.fields) {
    const { name } = field;
    const reason = textReason(field);
    if (reason === undefined) continue;
    const { kind, text, found, hint } = reason;
    const isLeft = left.some((column) => column.name === name);
    reporter.note(isLeft ? `\`${name}\`: ${hint}` : `taken for categories: \`${name}\` (${text}): ${hint}`, {
      event: kind,
      column: name,
      ...(kind === 'either-null' ? { marks: found } : { layouts: found }),
    });
  }
}

/** Says of which columns rare texts are kept back, and of how many records. */
export function reportKeptBack({ codec }: FittedModel, reporter: Reporter): void {
  const columns = codec.columns.flatMap((column) => {
    const json = column.toJSON();
    const isRareKept = json.kind === 'categorical' && json.rare?.values.some(([, held]) => held < LEAST_ROWS);
    const rows = isRareKept ? 0 : rowsKeptBack(column);
    return rows > 0 ? [{ column: column.name, rows }] : [];
  });
  if (columns.length === 0) return;
  const names = columns.map(({ column, rows }) => `\`${column}\` (${countedText(rows, 'record')})`).join(', ');
  reporter.note(
    `kept back: texts that fewer than ${LEAST_ROWS} records share, of ${names}; --keep-rare lets them come back`,
    { event: 'kept-back', columns },
  );
}

/** Says which relations between columns new records keep. */
export function reportRelations({ codec }: FittedModel, reporter: Reporter): void {
  for (const { key, columns } of codec.dependencies) {
    const names = columns.map((name) => `\`${name}\``).join(', ');
    reporter.note(`kept: \`${key}\` determines ${names}`, { event: 'dependency', key, columns });
  }
  for (const rule of codec.rules) reporter.note(`kept: ${ruleText(rule)}`, { event: 'rule', rule });
}

/** Of what a record is to a model, the share below which variants tell next to nothing of the one they come from. */
const LITTLE = 0.15;

/**
 * Says where variants are hardly nearer to their record than new records are: where what the latent holds of a record, at most its
 * divergence, is little beside all there is to know of it, its negative log-likelihood. So it is with small tables.
 */
export function reportNearness({ training }: FittedModel, reporter: Reporter): void {
  const kept = training.epochs.find(({ epoch }) => epoch === training.bestEpoch);
  const { divergence, likelihood } = kept?.validation ?? kept?.training ?? {};
  if (divergence === undefined || likelihood === undefined || !(divergence < LITTLE * likelihood)) return;
  reporter.note(
    `variants keep at most ${divergence.toFixed(1)} of the ${likelihood.toFixed(1)} nats that make their record: they are hardly ` +
      'nearer to it than new records are',
    { event: 'nearness', divergence, likelihood },
  );
}

/** Counts the values that a model has no code for. */
export interface UnseenCounter {
  /** To be told of a value, its row counted from 0. */
  readonly onUnseen: (column: string, value: string, row: number) => void;
  /** Says what was found, of each column of the codec. */
  report(reporter: Reporter, codec: Codec): void;
}

/** A counter by column that remembers the first value of each. */
export function createUnseenCounter(): UnseenCounter {
  const found = new Map<string, { count: number; readonly value: string; readonly row: number }>();
  return {
    onUnseen(column, value, row) {
      const entry = found.get(column);
      if (entry === undefined) found.set(column, { count: 1, value, row: row + 1 });
      else entry.count += 1;
    },
    report(reporter, { columns }) {
      const hiding = new Set(columns.filter((column) => rowsKeptBack(column) > 0).map(({ name }) => name));
      for (const [column, { count, value, row }] of found) {
        const clipped = value.length > 40 ? `${value.slice(0, 40)}...` : value;
        const keptBack = hiding.has(column);
        const what = `${countedText(count, 'value')} of \`${column}\`, the first \`${clipped}\` in row ${countText(row)}`;
        reporter.note(
          keptBack
            ? `not in the model: ${what}: never seen in training, or in fewer than ${LEAST_ROWS} of its records`
            : `never seen in training: ${what}: taken for the nearest the model knows`,
          { event: 'unseen', column, count, value: clipped, row, keptBack },
        );
      }
    },
  };
}
