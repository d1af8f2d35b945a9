/**
 * @file What travels through the queue, and the bounds on it. Whoever can write to the queue can write anything, so both
 * sides check: the worker what it is asked to do, the coordinator what it is told was done.
 */

import * as z from "zod";
import { FormatError, HeavytailError } from "../../errors.js";
import { resolveTrainConfig, type TrainOptions } from "../../train/config.js";
import { type Cell, type CellResult, type CellSpec, canonicalJson, cellId, pruneLevelSchema } from "../cell.js";

/** Largest sizes, in bytes, of what is sent. */
export const bounds = {
  job: 256 * 1024,
  result: 4 * 1024 * 1024,
  /** All models of a cell together. */
  models: 64 * 1024 * 1024,
  /** A data set as arrays. */
  dataset: 4 * 1024 * 1024 * 1024,
} as const;

/** What a job holds: the cell without its labels, which do not change what is computed. */
export interface CellJob {
  readonly spec: CellSpec;
  readonly dataHash: string;
  /** Whether the small models are wanted. */
  readonly models: boolean;
}

const text = z.string().max(4096);
const jobSchema = z.strictObject({
  spec: z.strictObject({
    data: z.strictObject({
      data: text,
      positiveClass: text.optional(),
      labelColumn: text.optional(),
      testFraction: z.number().gt(0).lt(1).optional(),
    }),
    train: z.record(z.string(), z.unknown()),
    levels: z.array(pruneLevelSchema).max(1000),
  }),
  dataHash: z.string().regex(/^[0-9a-f]{64}$/),
  models: z.boolean(),
});

// Results are loose: what a later level adds to its row is kept.
const accuracies = z.looseObject({ trainAccuracy: z.number().nullable(), testAccuracy: z.number().nullable() });
const measure = accuracies.extend({ parameters: z.number(), bytes: z.number(), msPerBatch: z.number() });
const rowSchema = z.looseObject({
  level: pruneLevelSchema,
  keptColumns: z.int().min(0),
  totalColumns: z.int().min(1),
  prunedFraction: z.number(),
  relativeSquaredError: z.number(),
  before: measure,
  after: measure,
  cut: accuracies,
  guaranteed: z.number().nullable(),
  unchanged: z.number().nullable(),
});
const trainedSchema = z.looseObject({
  steps: z.int(),
  stoppedBy: z.enum(["steps", "trainAccuracy", "seconds"]),
  trainAccuracy: z.number(),
  testAccuracy: z.number().nullable(),
  trainLoss: z.number(),
  testLoss: z.number().nullable(),
  weights: z.string().regex(/^[0-9a-f]{64}$/),
});
const divergedSchema = z.looseObject({ divergedAt: z.int(), parameter: text, lastFiniteLoss: z.number().nullable() });
const told = { seconds: z.number().min(0), environment: z.record(z.string(), z.unknown()) };
const resultSchema = z.discriminatedUnion("status", [
  z.looseObject({ status: z.literal("done"), ...told, training: trainedSchema, rows: z.array(rowSchema).max(1000) }),
  z.looseObject({
    ...{ status: z.literal("diverged"), error: text, ...told },
    ...{ training: divergedSchema, rows: z.array(rowSchema).length(0) },
  }),
]);

/** The job of a cell. @throws FormatError if it is larger than the bound */
export function cellJob({ id, data, train, levels, dataHash }: Cell, models: boolean): CellJob {
  const job = { spec: { data, train, levels }, dataHash, models };
  const size = JSON.stringify(job).length;
  if (size > bounds.job) {
    throw new FormatError({ where: `cell ${id}`, expected: `a job of at most ${bounds.job} bytes`, got: `${size}` });
  }
  return job;
}

/**
 * Checks a job that came.
 * @param id the job's id, which must be that of the cell in it
 * @param job anything
 * @throws FormatError if it is not a cell's job, or another cell's; ParameterError for a configuration out of its domain
 */
export function readJob(id: string, job: unknown): CellJob {
  const { spec, ...rest } = parse(jobSchema, job, `job ${id}`, bounds.job);
  const train = resolveTrainConfig(spec.train as TrainOptions);
  const checked = { data: spec.data as CellSpec["data"], train, levels: spec.levels };
  const expected = cellId(checked, rest.dataHash);
  if (expected !== id) {
    const remedy = "The job was changed, or made by another version of heavytail.";
    throw new FormatError({ where: `job ${id}`, expected: `the id ${expected} of its cell`, got: id, remedy });
  }
  return { spec: checked, ...rest };
}

/**
 * Checks a result that came; a failure does not come this way, the queue keeps it.
 * @param cell the cell that was asked for
 * @param json the result without its id, as JSON
 * @throws FormatError if it is not a result, or of other levels
 */
export function readResult({ id, levels }: Cell, json: string): CellResult {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = json;
  }
  const result = parse(resultSchema, value, `result of cell ${id}`, bounds.result);
  if (result.status === "done" && canonicalJson(result.rows.map(({ level }) => level)) !== canonicalJson(levels)) {
    throw new FormatError({ where: `result of cell ${id}`, expected: "a row for each of its levels", got: "others" });
  }
  return { id, ...result } as CellResult;
}

/**
 * The result of a cell that the queue gave up.
 * @param id the cell
 * @param reason what the queue says of its last try
 */
export function failedResult(id: string, reason: string): CellResult {
  const error = reason.slice(0, 4096);
  return { id, status: "failed", error, seconds: 0, environment: {}, training: null, rows: [] };
}

/** An error in the words that the queue keeps. */
export function reasonOf(error: unknown): string {
  if (error instanceof HeavytailError) return error.message;
  return error instanceof Error ? error.message || error.name : String(error);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string, bound: number): T {
  const size = JSON.stringify(value)?.length ?? 0;
  if (size > bound) throw new FormatError({ where, expected: `at most ${bound} bytes`, got: `${size}` });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue!.path.join(".");
  throw new FormatError({ where, expected: "its form", got: `${place && `${place}: `}${issue!.message}` });
}
