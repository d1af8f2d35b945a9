/** @file The flags of `plan`, and the question they ask. */

import { ParameterError } from "../errors.js";
import type { NoiseConvention } from "../noise/noise.js";
import type { ColumnHistory, ColumnKind } from "../theory/plan/columnLaw.js";
import type { PlanQuestion } from "../theory/plan/plan.js";
import type { CompressionPromise } from "../theory/plan/promise.js";
import type { CommonOptions } from "./command.js";
import type { ReportOption } from "./theoryPage.js";

/** The flags of `plan` as commander gives them. */
export interface PlanFlags extends CommonOptions, ReportOption {
  alpha?: number;
  keptFraction?: number;
  relativeError?: number;
  relativeSquaredError?: number;
  confidence: number;
  noise: ColumnKind;
  sigma: number;
  time: number;
  initStd: number;
  inputs: number;
  convention: NoiseConvention;
  drift?: number;
  driftBound?: number;
  weightDecay: number;
  width?: number;
  solve: "width" | "kept-fraction" | "alpha" | "sigma";
  from?: string;
  seed: number;
}

/** The promise of the flags. @throws ParameterError if κ is missing, or ε is given twice */
export function promiseOf(flags: PlanFlags): CompressionPromise {
  const { relativeError, relativeSquaredError, confidence } = flags;
  if (relativeError !== undefined && relativeSquaredError !== undefined) {
    const remedy = "The one is the square of the other.";
    const expected = "one of --relative-error and --relative-squared-error";
    throw new ParameterError({ where: "relativeError", expected, got: "both", remedy });
  }
  const keptFraction = required("keptFraction", flags.keptFraction, "the fraction of columns to keep, in (0, 1)");
  const squared = relativeSquaredError ?? 0.1;
  return {
    keptFraction,
    relativeError: relativeError ?? Math.sign(squared) * Math.sqrt(Math.abs(squared)),
    confidence,
  };
}

/** The question of the flags. @throws ParameterError if one is missing or outside its domain */
export async function ask(flags: PlanFlags): Promise<PlanQuestion> {
  const { checkHeavyTail, checkPromise } = await import("../theory/plan/promise.js");
  const { columnLaw } = await import("../theory/plan/columnLaw.js");
  const { deriveKey, keyFromSeed } = await import("../math/random/key.js");
  const promise = promiseOf(flags);
  checkPromise(promise);
  const alpha = required("alpha", flags.alpha, "the tail index of the noise, in [0.5, 2)");
  checkHeavyTail(alpha);
  const key = deriveKey(keyFromSeed(flags.seed), "plan");
  return { law: columnLaw(historyOf(flags, alpha)), promise, drift: driftOf(flags), key };
}

/** What a column goes through by the flags, with this α. */
export function historyOf(flags: PlanFlags, alpha: number): ColumnHistory {
  const { noise, sigma, time, inputs, initStd, convention, weightDecay } = flags;
  return { kind: noise, alpha, sigma, time, inputs, initStd, convention, weightDecay };
}

function driftOf({ drift, driftBound, time, weightDecay }: PlanFlags): number {
  if (drift !== undefined && driftBound !== undefined) {
    throw new ParameterError({ where: "drift", expected: "one of --drift and --drift-bound", got: "both" });
  }
  // With decay, |D| ≤ ∫ B e^(−λ(t−s)) ds.
  const reach = weightDecay > 0 ? -Math.expm1(-weightDecay * time) / weightDecay : time;
  const found = drift ?? (driftBound ?? 0) * reach;
  if (!(found >= 0 && Number.isFinite(found))) {
    throw new ParameterError({ where: "drift", expected: "a finite number of at least 0", got: `${found}` });
  }
  return found;
}

function required(where: string, value: number | undefined, expected: string): number {
  if (value !== undefined) return value;
  const flag = where.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ParameterError({ where, expected, got: "nothing", remedy: `Add --${flag}.` });
}

/** The width that an answer is about. @throws ParameterError if there is none or it is below 1 */
export function checkWidth(width: number | undefined): number {
  const found = required("width", width, "the width that is given");
  if (found >= 1) return found;
  throw new ParameterError({ where: "width", expected: "a whole number of at least 1", got: `${found}` });
}
