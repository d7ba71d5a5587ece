import * as z from 'zod';
import { knotsPerBin } from './number-codes.js';

const rows = z.number().nonnegative();
const counted = z.tuple([z.string(), rows]);

/** See `Calendar`. */
const calendar = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('months'),
    every: z.int().positive(),
    from: z.int().nonnegative(),
    monthDay: z.int().min(0).max(28),
    day: z.int().positive(),
    time: z.int(),
  }),
  z.strictObject({
    of: z.literal('weekdays'),
    weekdays: z.array(z.int().min(0).max(6)).min(1).readonly(),
    day: z.int().positive(),
    time: z.int(),
  }),
]);

/** See `Rounding`. */
const rounding = z.object({
  step: z.number().nonnegative(),
  decimals: z.int().min(0).max(12).nullable(),
  offset: z.int().nonnegative().exactOptional(),
  calendar: calendar.exactOptional(),
});

const boolean = z.object({
  kind: z.literal('boolean'),
  name: z.string(),
  rows: z.object({ false: z.number(), true: z.number(), null: z.number() }),
});

/**
 * Codes, in order: the levels, the rare bucket if there is one, null if it occurred. `complete`: the rare values listed are all
 * there were. Where none is listed, levels stand for them.
 */
const categorical = z.object({
  kind: z.literal('categorical'),
  name: z.string(),
  levels: z.array(counted),
  rare: z.object({ rows: z.number(), values: z.array(counted), complete: z.boolean() }).optional(),
  null: rows,
});

/** See `ValueCode`. */
const valueCode = z.strictObject({ value: z.number(), rows });

/** See `BinCode`. */
const binCode = z.strictObject({
  low: z.number(),
  high: z.number(),
  atoms: z.array(valueCode).readonly().default([]),
  knots: z.array(z.number()).length(knotsPerBin).readonly(),
  rows,
});

/**
 * Codes, in order: -Infinity, `codes`, +Infinity, NaN, null; those of the four whose number of rows is 0 have none. `exact` has
 * the digits of each of `codes` where float64 cannot hold them (64-bit integers beyond 2^53).
 */
const numeric = z.object({
  kind: z.enum(['numeric', 'datetime']),
  name: z.string(),
  rounding,
  negativeInfinity: rows,
  positiveInfinity: rows,
  nan: rows,
  null: rows,
  codes: z.array(z.union([valueCode, binCode])).readonly(),
  exact: z.array(z.string().regex(/^-?\d+$/)).optional(),
});

const constant = z.object({
  kind: z.literal('constant'),
  name: z.string(),
  of: z.discriminatedUnion('kind', [boolean, categorical, numeric]),
});

const flag = z.object({ kind: z.literal('flag'), name: z.string(), usual: z.boolean() });

const image = z.object({
  kind: z.literal('image'),
  name: z.string(),
  likelihood: z.enum(['bernoulli', 'gaussian']),
});

const measured = z.object({
  kind: z.literal('measured'),
  name: z.string(),
  likelihood: z.enum(['gaussian', 'bernoulli']),
  mean: z.number(),
  deviation: z.number().positive(),
  low: z.number(),
  high: z.number(),
  nullable: z.boolean(),
  rounding,
});

const opaque = z.object({ kind: z.literal('opaque'), name: z.string(), reason: z.string() });

/** What a fitted column is in a saved model, one kind a line. */
export const columnJson = z.discriminatedUnion(
  'kind',
  [image, flag, measured, boolean, numeric, categorical, constant, opaque],
  { error: ({ input }) => `expected a column of a known kind, got \`${(input as { kind?: unknown } | null)?.kind}\`` },
);

/** A fitted column as plain JSON: `kind` names its line, the rest belongs to the kind. */
export type ColumnJson = z.infer<typeof columnJson>;

/** The JSON of one kind. */
export type ColumnJsonOf<Kind extends ColumnJson['kind']> = Extract<ColumnJson, { kind: Kind }>;
