/** @file What an experiment file may say, and how it is checked. */

import * as z from "zod";
import { nearestName } from "../disk/nearestName.js";
import type { RunData } from "../disk/runFolder.js";
import { ParameterError } from "../errors.js";
import type { TrainOptions } from "../train/config.js";
import { pruneLevelSchema } from "./cell.js";
import { type FieldKind, type TrainField, trainFieldNames, trainFields } from "./trainFields.js";

/** Values that an experiment takes in turn, by field. */
export type Axes = { readonly [Field in keyof TrainOptions]?: readonly NonNullable<TrainOptions[Field]>[] };

/** A part of an experiment's configurations: fields that it fixes, a name for it, perhaps its own pruning levels. */
export type Variant = TrainOptions & {
  readonly label?: string;
  readonly prune?: readonly z.input<typeof pruneLevelSchema>[];
};

/** An experiment: every variant × every combination of the axes that the variant does not fix × every seed. */
export interface Experiment {
  readonly $schema?: string;
  /** Letters, digits, ".", "_" and "-". */
  readonly name: string;
  readonly description?: string;
  /** The data set, or with the facts that say how to read it; a path is looked up in the experiment file's folder. */
  readonly data: string | RunData;
  /** What all cells share. */
  readonly base?: TrainOptions;
  readonly axes?: Axes;
  readonly variants?: readonly Variant[];
  /** @default [the base's seed] */
  readonly seeds?: readonly number[] | { readonly from: number; readonly count: number };
  /** How much every trained network is cut, each on its own. @default one level, relativeSquaredError 0.1 */
  readonly prune?: readonly z.input<typeof pruneLevelSchema>[];
}

const kinds: Record<FieldKind, z.ZodType> = {
  integer: z.number(),
  number: z.number(),
  boolean: z.boolean(),
  text: z.string(),
  schedule: z.looseObject({ kind: z.string() }),
};

/** An object with every field of a training configuration made from its kind. */
function fields<Made extends z.ZodType>(make: (kind: z.ZodType) => Made): Record<TrainField, Made> {
  return Object.fromEntries(trainFieldNames.map((name) => [name, make(kinds[trainFields[name]])])) as never;
}

const levels = z.array(pruneLevelSchema).max(100);
const dataShape = {
  data: z.string(),
  positiveClass: z.string().optional(),
  labelColumn: z.string().optional(),
  testFraction: z.number().gt(0).lt(1).optional(),
};
const variantShape = {
  label: z.string().optional(),
  prune: levels.optional(),
  ...fields((kind) => kind.optional()),
};
const { seed: _, ...axisShape } = fields((kind) => z.array(kind).min(1).optional());

/** The form of an experiment file; domains of training fields are checked when cells are made. */
export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, "a name of letters, digits, '.', '_' and '-'"),
  description: z.string().optional(),
  data: z.union([z.string(), z.strictObject(dataShape)]),
  base: z.strictObject(fields((kind) => kind.optional())).default({}),
  axes: z.strictObject(axisShape).default({}),
  variants: z.array(z.strictObject(variantShape)).min(1).default([{}]),
  seeds: z
    .union([z.array(z.int().min(0)).min(1), z.strictObject({ from: z.int().min(0), count: z.int().min(1).max(1e6) })])
    .optional(),
  prune: levels.default([{ relativeSquaredError: 0.1, by: "norm", refit: "none" }]),
});

/** The form as a JSON schema, for editors: what `schema/experiment.json` holds. */
export function experimentJsonSchema(): Record<string, unknown> {
  return { title: "An experiment of heavytail", ...z.toJSONSchema(experimentSchema, { io: "input" }) };
}

/** An experiment whose form has been checked, defaults filled in. */
export type CheckedExperiment = z.output<typeof experimentSchema>;

/**
 * Gives an experiment back: for TypeScript files, where it brings types and completion.
 * @param experiment the experiment
 * @example
 * export default defineExperiment({ name: "widths", data: "mnist", axes: { width: [100, 1000] }, seeds: [1, 2, 3] });
 */
export function defineExperiment(experiment: Experiment): Experiment {
  return experiment;
}

/**
 * Checks an experiment's form.
 * @param experiment what a file or a program gave
 * @param where what to call it in errors
 * @returns the experiment with its defaults
 * @throws ParameterError that names the place, and for an unknown key the nearest known one
 */
export function checkExperiment(experiment: unknown, where: string): CheckedExperiment {
  const result = experimentSchema.safeParse(experiment);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  const place = [where, ...issue.path].join(": ").replace(/: (\d+)/g, "[$1]");
  if (issue.code !== "unrecognized_keys") {
    throw new ParameterError({ where: place, expected: expectation(issue), got: valueAt(experiment, issue.path) });
  }
  const known = knownKeys(issue.path[0]);
  throw new ParameterError({
    where: place,
    expected: `only the fields ${known.join(", ")}`,
    got: `the unknown field ${issue.keys[0]}`,
    remedy: `Did you mean ${nearestName(issue.keys[0]!, known)}?`,
  });
}

/** Of a value that may be of several forms, what is wrong in the form it comes nearest to: the one that looks deepest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.map((errors) => deepest(errors[0]!)).filter(({ code }) => code !== "invalid_type");
  return inner[0] ? { ...inner[0], path: [...issue.path, ...inner[0].path] } : issue;
}

function knownKeys(place: PropertyKey | undefined): string[] {
  switch (place) {
    case "base":
      return [...trainFieldNames];
    case "axes":
      return Object.keys(axisShape);
    case "variants":
      return Object.keys(variantShape);
    case "data":
      return Object.keys(dataShape);
    case "seeds":
      return ["from", "count"];
    case "prune":
      return Object.keys(pruneLevelSchema.shape);
    default:
      return Object.keys(experimentSchema.shape);
  }
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `a ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `${issue.origin === "array" ? "a list of at least" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${issue.origin === "array" ? "a list of at most" : "at most"} ${issue.maximum}`;
    case "invalid_union":
      return issue.path[0] === "seeds" ? "a list of seeds or { from, count }" : "a name or an object";
    case "invalid_format":
    case "custom":
      return issue.message;
    default:
      return issue.message;
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): string {
  let found = value;
  for (const step of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[step];
  return JSON.stringify(found) ?? "nothing";
}
