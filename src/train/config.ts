/**
 * @file Everything that decides a training run, in one validated record: the same names stand in the command line, in
 * `config.json` of the run folder and here.
 */

import * as z from "zod";
import { ParameterError } from "../errors.js";
import { levyNoise, noiseKinds } from "../noise/noise.js";

const count = z.int().min(1);

const schema = z.strictObject({
  /** Units in each hidden layer, n. */
  width: count.default(1000),
  /** Number of weight layers, the output layer included: 2 is one hidden layer. */
  depth: z.int().min(2).max(64).default(2),
  activation: z.enum(["relu", "tanh", "sigmoid"]).optional(),
  /** Whether layers have biases; the paper's have none. Biases get no noise. */
  bias: z.boolean().default(false),
  /** `standard`: all layers trained. `meanField`: f = (1/n) Σ aᵢ h(⟨wᵢ, x⟩), fixed a, gradient times n. */
  scaling: z.enum(["standard", "meanField"]).default("standard"),
  loss: z.enum(["crossEntropy", "squaredError", "hinge"]).default("crossEntropy"),
  /** Standard deviation of the initial hidden weights; without it uniform in ±1/√(inputs), as in the paper's program. */
  initStd: z.number().min(0).optional(),
  /** Tail index of the initial sizes of hidden units, see `unitScales`; without it all have the same. */
  initTail: z.number().gt(0).optional(),
  /** How many units start at full size, with `initTail`. */
  initUnits: count.default(16),
  noise: z.enum(noiseKinds).default("none"),
  /** Tail index α of the noise. */
  alpha: z.number().gt(0).max(2).default(1.75),
  /** Scale σ of the noise: after a step of learning rate η its increment has scale σ·η^(1/α). */
  sigma: z.number().min(0).default(0.1),
  convention: z.enum(["unit", "paperCode"]).default("unit"),
  learningRate: z.number().gt(0).default(0.01),
  learningRateSchedule: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("constant") }),
      z.strictObject({ kind: z.literal("step"), every: count, factor: z.number().gt(0).max(1) }),
    ])
    .default({ kind: "constant" }),
  /** Fraction of `steps` after which σ falls in a straight line to 0; 1 keeps it. */
  annealFrom: z.number().min(0).max(1).default(1),
  /** Fraction of `steps` at which σ has come to 0, at least `annealFrom`; equal to it, the noise stops at once. */
  annealTo: z.number().min(0).max(1).default(1),
  momentum: z.number().min(0).lt(1).default(0),
  weightDecay: z.number().min(0).default(0),
  /** λ of a group lasso: in a step of learning rate η each hidden unit's norm falls by ηλ, to 0 at least. */
  groupLasso: z.number().min(0).default(0),
  /** Rows in a mini-batch; a batch of all rows (or more) is the full data set in its order. */
  batch: count.default(500),
  /** The most steps. */
  steps: count.default(2000),
  /** Stops at the first evaluation with at least this accuracy on the training split. */
  untilTrainAccuracy: z.number().gt(0).max(1).optional(),
  /** Stops at the first evaluation after so many seconds; such a run is not reproducible in length. */
  maxSeconds: z.number().gt(0).optional(),
  /** Evaluates (and writes a checkpoint) after step 1, 1 + evalEvery, 1 + 2·evalEvery … and after the last. */
  evalEvery: count.default(10),
  seed: z.int().min(0).default(0),
});

/** A complete, validated training configuration. */
export type TrainConfig = z.output<typeof schema> & { activation: "relu" | "tanh" | "sigmoid" };

/** What a caller gives: every field may be left out. */
export type TrainOptions = z.input<typeof schema>;

/**
 * Fills in defaults and checks every field against its domain.
 * @param options the fields that differ from the defaults
 * @returns the complete configuration; the activation defaults to relu, in the mean-field scaling to tanh
 * @throws ParameterError that names the field, its domain and the value that came; noise has domains of its own
 */
export function resolveTrainConfig(options: TrainOptions): TrainConfig {
  const result = schema.safeParse(options);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const [where, got] =
      issue.code === "unrecognized_keys"
        ? ["configuration", `the unknown field ${issue.keys[0]}`]
        : describe(options, issue);
    throw new ParameterError({ where, expected: expectation(issue), got });
  }
  const config = result.data;
  if (config.scaling === "meanField" && config.depth !== 2) {
    const remedy =
      "The mean-field scaling is defined for one hidden layer: leave depth at 2 or use the standard scaling.";
    throw new ParameterError({ where: "depth", expected: "2 with scaling meanField", got: `${config.depth}`, remedy });
  }
  if (config.scaling === "meanField" && config.bias) {
    const remedy = "The mean-field network has no biases; append a constant 1 to the inputs instead.";
    throw new ParameterError({ where: "bias", expected: "false with scaling meanField", got: "true", remedy });
  }
  if (config.scaling === "meanField" && config.initTail !== undefined) {
    const remedy = "The outer weights of the mean-field network are fixed: its units cannot grow in proportion.";
    const got = `${config.initTail}`;
    throw new ParameterError({ where: "initTail", expected: "none with scaling meanField", got, remedy });
  }
  if (config.annealTo < config.annealFrom) {
    const remedy = "Noise cannot be gone before it begins to fall.";
    const expected = `at least annealFrom, ${config.annealFrom}`;
    throw new ParameterError({ where: "annealTo", expected, got: `${config.annealTo}`, remedy });
  }
  const { noise: kind, alpha, sigma, convention } = config;
  levyNoise({ kind, alpha, sigma, convention });
  return { ...config, activation: config.activation ?? (config.scaling === "meanField" ? "tanh" : "relu") };
}

/** The noise of a run as results and files tell it: facts that its kind does not have are null. */
export function noiseFacts({ noise, alpha, sigma, convention }: TrainConfig): {
  noise: TrainConfig["noise"];
  alpha: number | null;
  sigma: number | null;
  convention: TrainConfig["convention"] | null;
} {
  if (noise === "none") return { noise, alpha: null, sigma: null, convention: null };
  return { noise, alpha: noise === "gaussian" ? 2 : alpha, sigma, convention };
}

/** Where in the options an issue lies and what stands there. */
function describe(options: unknown, issue: z.core.$ZodIssue): [where: string, got: string] {
  let value: unknown = options;
  for (const step of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return [issue.path.join("."), typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing")];
}

/** The domain that an issue's value is outside of, in words. */
function expectation(issue: z.core.$ZodIssue): string {
  const field = issue.path[0];
  if (field === "alpha") return "a tail index in (0, 2] (2 is Gaussian)";
  switch (issue.code) {
    case "too_small":
      return issue.minimum === 1 && issue.inclusive
        ? "a whole number of at least 1"
        : `a number ${issue.inclusive ? "of at least" : "greater than"} ${issue.minimum}`;
    case "too_big":
      return `a number ${issue.inclusive ? "of at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a ${issue.expected}`;
    case "unrecognized_keys":
      return `only the fields ${Object.keys(schema.shape).join(", ")}`;
    default:
      return issue.message;
  }
}
