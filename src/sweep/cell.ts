/**
 * @file A cell: one resolved configuration of an experiment, with an id that is a hash of all that decides its result, so
 * that "already done" can be asked of any store on any machine.
 */

import { createHash } from "node:crypto";
import * as z from "zod";
import type { RunData } from "../disk/runFolder.js";
import { criteria } from "../prune/criteria.js";
import type { CutRecipe } from "../shrink/cut.js";
import type { ShrinkOptions, Shrunk, TimedMeasure } from "../shrink/shrink.js";
import { resolveTrainConfig, type TrainConfig } from "../train/config.js";
import type { StopReason } from "../train/train.js";
import type { TrainField } from "./trainFields.js";

/** To be raised whenever the same configuration gives other results than before, or a default changes: all ids are new. */
export const ALGORITHM_VERSION = "2";

/** The ways to say how much to cut; a level has exactly one of them. */
export const amountNames = [
  "relativeSquaredError",
  "relativeError",
  "keptFraction",
  "units",
  "maxAccuracyDrop",
] as const;

/** A pruning level as experiments give it and cells hold it. */
export const pruneLevelSchema = z
  .strictObject({
    relativeSquaredError: z.number().min(0).lt(1).optional(),
    relativeError: z.number().min(0).lt(1).optional(),
    keptFraction: z.number().gt(0).max(1).optional(),
    units: z.int().min(1).optional(),
    /** Of training accuracy. */
    maxAccuracyDrop: z.number().min(0).max(1).optional(),
    by: z.enum(Object.keys(criteria) as [keyof typeof criteria]).default("norm"),
    refit: z.enum(["none", "units", "skip"]).default("none"),
    /** Training after the cut, on the cell's own batch size, loss and seed. */
    fineTune: z.strictObject({ steps: z.int().min(1), learningRate: z.number().gt(0) }).optional(),
    /** Cuts in so many rounds, which share the fine-tuning. */
    rounds: z.int().min(1).optional(),
  })
  .refine((level) => amountNames.filter((name) => level[name] !== undefined).length === 1, {
    message: `exactly one of ${amountNames.join(", ")}`,
  });

/** How much to cut a trained network, by what, and whether to refit it. */
export type PruneLevel = z.output<typeof pruneLevelSchema>;

/** All that decides what a cell computes; plain JSON. */
export interface CellSpec {
  readonly data: RunData;
  readonly train: TrainConfig;
  readonly levels: readonly PruneLevel[];
}

/** A cell of an experiment. */
export interface Cell extends CellSpec {
  /** 32 hexadecimal digits; see `cellId`. */
  readonly id: string;
  /** What sets it apart in its experiment: the label of its variant, the values of its axes, its seed. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** The content of its data set; see `datasetHash`. */
  readonly dataHash: string;
}

/** One level of a finished cell, in numbers. */
export interface LevelRow {
  readonly level: PruneLevel;
  readonly keptColumns: number;
  readonly totalColumns: number;
  readonly prunedFraction: number;
  readonly relativeSquaredError: number;
  readonly before: TimedMeasure;
  readonly after: TimedMeasure;
  /** Accuracies before refit and fine-tuning. */
  readonly cut: Shrunk["cut"];
  readonly guaranteed: number | null;
  readonly unchanged: number | null;
}

/** A training that came to its end. */
export interface CellTraining {
  readonly steps: number;
  readonly stoppedBy: StopReason;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly trainLoss: number;
  /** Null where it is not finite: no run stops for that. */
  readonly testLoss: number | null;
  /** SHA-256 of the trained weights: equal bits on the same machine and version. */
  readonly weights: string;
}

/** A training that left the finite numbers. */
export interface CellDivergence {
  readonly divergedAt: number;
  readonly parameter: string;
  readonly lastFiniteLoss: number | null;
}

/** What became of a cell; plain JSON. */
export interface CellResult {
  readonly id: string;
  readonly status: "done" | "diverged" | "failed";
  /** Why it failed or diverged. */
  readonly error?: string;
  readonly seconds: number;
  /** Versions and machine. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** Null where it failed. */
  readonly training: CellTraining | CellDivergence | null;
  /** One row a level, in their order; empty unless it is done. */
  readonly rows: readonly LevelRow[];
}

/**
 * A level as `shrink` takes it, fine-tuning with the cell's batch size, loss and seed.
 * @param level a level with exactly one amount
 * @param train the cell's configuration
 */
export function levelOptions(
  { by, refit, fineTune, rounds, ...amounts }: PruneLevel,
  { batch, loss, seed }: TrainConfig,
): Pick<ShrinkOptions, "amount" | keyof CutRecipe> {
  return {
    ...{ amount: amounts as ShrinkOptions["amount"], by, refit },
    ...(fineTune && { fineTune: { ...fineTune, batch, loss, seed } }),
    ...(rounds !== undefined && { rounds }),
  };
}

/**
 * A level in a few words, such as "relativeSquaredError 0.1" or "units 64, contribution, refit units".
 * @param level the level
 */
export function levelName({ by, refit, fineTune, rounds, ...amounts }: PruneLevel): string {
  const [amount] = Object.entries(amounts).filter(([, value]) => value !== undefined);
  const parts = [
    amount!.join(" "),
    by !== "norm" && by,
    refit !== "none" && `refit ${refit}`,
    fineTune && `fine-tuned ${fineTune.steps} steps at ${fineTune.learningRate}`,
    (rounds ?? 1) > 1 && `${rounds} rounds`,
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * The fields of a configuration that mean nothing in it: without noise α, σ, the convention and annealing, with Gaussian
 * noise α; without `initTail` the units that belong to it.
 */
export function unusedFields({ noise, initTail }: Pick<TrainConfig, "noise" | "initTail">): readonly TrainField[] {
  const initial: TrainField[] = initTail === undefined ? ["initUnits"] : [];
  if (noise === "none") return [...initial, "alpha", "sigma", "convention", "annealFrom", "annealTo"];
  return noise === "gaussian" ? [...initial, "alpha"] : initial;
}

/**
 * A configuration whose unused fields stand at their defaults, so that configurations that compute the same are equal.
 * @param train a complete configuration
 */
export function canonicalTrain(train: TrainConfig): TrainConfig {
  const defaults = resolveTrainConfig({});
  return { ...train, ...Object.fromEntries(unusedFields(train).map((field) => [field, defaults[field]])) };
}

/**
 * A cell's id: the first 32 hexadecimal digits of the SHA-256 of the canonical JSON (keys in order) of the version of the
 * algorithm, the content of the data set, the fields of the configuration that are used and not at their defaults, and the
 * levels. So a new field changes no id of a cell that does not have it; a new default must raise `ALGORITHM_VERSION`.
 * @param spec the cell; the name and the place of its data set do not count
 * @param dataHash the content of its data set, from `datasetHash`
 */
export function cellId({ train, levels }: CellSpec, dataHash: string): string {
  const unused: readonly string[] = unusedFields(train);
  const defaults: Record<string, unknown> = resolveTrainConfig({ scaling: train.scaling });
  const counted = Object.entries(train).filter(
    ([name, value]) => !unused.includes(name) && canonicalJson(value) !== canonicalJson(defaults[name]),
  );
  const named = { ...Object.fromEntries(counted), scaling: train.scaling };
  const json = canonicalJson({ algorithm: ALGORITHM_VERSION, data: dataHash, levels, train: named });
  return createHash("sha256").update(json).digest("hex").slice(0, 32);
}

/** JSON with the keys of every object in alphabetical order and without fields that are undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
