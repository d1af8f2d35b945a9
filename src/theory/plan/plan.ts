/**
 * @file The planner: how wide a network must be for a promised compression, by three answers side by side, and what a given
 * width promises.
 */
import { deriveKey, type Key } from "../../math/random/key.js";
import type { ColumnLaw } from "./columnLaw.js";
import { formulaErrorQuantile, formulaFailure, formulaLogWidth, type PlanSetting } from "./formula.js";
import { gaussianError } from "./gaussianError.js";
import { expectedPrunedFraction, reachableKeptFraction } from "./inverse.js";
import { errorQuantiles, simulatedErrors, simulatedWidth } from "./monteCarlo.js";
import { type CompressionPromise, checkHeavyTail, checkPromise } from "./promise.js";
import { type Certificate, certificate } from "./rigorous.js";
import { fullWidth } from "./tailShare.js";
import { type TrimmedMoments, trimmedMoments } from "./trimmedMoment.js";

/** What is planned. */
export interface PlanQuestion {
  readonly law: ColumnLaw;
  readonly promise: CompressionPromise;
  /** ρ ≥ 0: the root mean square of what the drift does to a column's norm. */
  readonly drift: number;
  readonly key: Key;
}

/** The planner's answer. Widths that no network can have are null, with their logarithm beside them. */
export interface Plan {
  /**
   * `trivial`: a Gaussian matrix of some width keeps the promise too. `unattainable`: the width times the inputs exceeds
   * `mostWeights`. `attainable` otherwise.
   */
  readonly status: "attainable" | "unattainable" | "trivial";
  readonly width: number | null;
  readonly log10Width: number;
  /** Which of the answers `width` is; formula and simulation are rounded up to a width at which κn is all but whole. */
  readonly method: "formula" | "monteCarlo" | "rigorous";
  /** The certified width: the promise holds at it and every larger one. Null where too large, or where none was found. */
  readonly rigorousWidth: number | null;
  /** Null where no width below e^690 is certified. */
  readonly log10RigorousWidth: number | null;
  readonly formula: {
    readonly width: number | null;
    readonly log10Width: number;
    /** Of log10Width, from the sampled trimmed moment; 0 where that is a quadrature. */
    readonly log10StandardError: number;
    /** Whether n, κn, α and δ lie where the formula was checked to be within 6 %. */
    readonly checked: boolean;
  };
  /** Null where simulating enough networks costs too much. */
  readonly monteCarlo: {
    readonly width: number;
    readonly standardError: number | null;
    readonly replicates: number;
  } | null;
  /** How the certificate's bounds of the trimmed moments were had; `simulation` spends `boundFailure` of δ on them. */
  readonly bounds: { readonly method: TrimmedMoments["method"]; readonly failure: number };
  /** What the limit error of a Gaussian matrix is. */
  readonly gaussianError: number | null;
  /** The least log10 width, whatever a drift of this size does; null where the drift alone might do it. */
  readonly driftLowerLog10Width: number | null;
}

/** More weights than any layer has: 4 TB in float32. */
export const mostWeights = 1e12;

/** The share of δ, and the most, that may go to the sampled bounds of the certificate. */
const boundShare = { ofDelta: 0.01, most: 1e-6 };

/** Answers at one width. */
export interface WidthReport {
  readonly width: number;
  /** The least κ that keeps the promise's error and confidence, by the formula. */
  readonly keptFraction: number;
  /** P(E > ε) at the promise's κ: by the formula, certified at most, and simulated. */
  readonly failure: number;
  readonly rigorousFailure: number;
  readonly monteCarlo: {
    readonly failure: number;
    readonly failureStandardError: number;
    readonly errorQuantiles: readonly [number, number, number];
    readonly prunedFraction: number;
    readonly prunedFractionStandardError: number;
    readonly replicates: number;
  } | null;
  /** E of the noise alone at 5, 50 and 95 %, by the formula. */
  readonly errorQuantiles: readonly [number, number, number];
  /** The mean fraction of columns that can be cut at `mce`, by the formula. */
  readonly prunedFraction: number;
}

/** The paper's pruning: a squared error of 0.1. */
export const mce = 0.1;

/**
 * Plans a width.
 *
 * `width` is the formula's where it was checked, else the simulated one, else the certified one.
 * @param question the column's law, the promise, the drift, and the key of everything sampled
 * @returns the three answers
 * @throws ParameterError where no width can help: α = 2, κ = 0, ε ≥ 1, confidence 1
 */
export function planWidth(question: PlanQuestion): Plan {
  const { law, promise, drift, key } = question;
  checkPromise(promise);
  checkHeavyTail(law.alpha);
  const { least, setting, spent, logFormula, logRigorous } = logAnswers(question);
  const a = law.alpha / 2;
  const error = (a / (1 - a)) * setting.moments.relativeStandardError(promise.keptFraction);
  const checked = formulaIsChecked(logFormula, law.alpha, promise);
  const simulated = simulatedWidth({ law, drift }, promise, Math.exp(logFormula), deriveKey(key, "width"));

  const method =
    checked || logRigorous === Number.POSITIVE_INFINITY ? "formula" : simulated ? "monteCarlo" : "rigorous";
  const answers = { formula: logFormula, monteCarlo: Math.log(simulated?.width ?? 1), rigorous: logRigorous };
  const logWidth = Math.max(least, answers[method]);
  const gaussian = gaussianError(law, promise.keptFraction, { drift, key: deriveKey(key, "gaussian") });
  const width = wholeWidth(logWidth, law.inputs, promise.keptFraction);
  const lower = drift > 0 ? formulaLogWidth({ ...setting, drift: -drift }, promise) : Number.NEGATIVE_INFINITY;
  return {
    status: gaussian <= promise.relativeError ? "trivial" : width === null ? "unattainable" : "attainable",
    width,
    log10Width: logWidth / Math.LN10,
    method,
    rigorousWidth: wholeWidth(logRigorous, law.inputs),
    log10RigorousWidth: finite(logRigorous / Math.LN10),
    formula: {
      width: wholeWidth(logFormula, law.inputs, promise.keptFraction),
      log10Width: logFormula / Math.LN10,
      log10StandardError: error / Math.LN10,
      checked,
    },
    monteCarlo: simulated,
    bounds: { method: setting.moments.method, failure: spent },
    gaussianError: finite(gaussian),
    driftLowerLog10Width: finite(lower / Math.LN10),
  };
}

/**
 * What a width promises.
 *
 * @param question the column's law, the promise (its κ for the failure probability), the drift, and the key
 * @param width n ≥ 1
 * @returns κ, failure probabilities, error quantiles and the pruned fraction
 * @throws ParameterError as `planWidth`
 */
export function reportWidth(question: PlanQuestion, width: number): WidthReport {
  const { law, promise, drift, key } = question;
  checkPromise(promise);
  checkHeavyTail(law.alpha);
  const { setting, certified, spent } = prepare(question);
  const simulated = simulatedErrors({ law, drift }, { ...promise, mce }, width, deriveKey(key, "errors"));
  const quantileAt = (p: number): number => formulaErrorQuantile(setting, promise.keptFraction, width, p);
  return {
    width,
    keptFraction: reachableKeptFraction(setting, promise, width),
    failure: formulaFailure(setting, promise, width),
    rigorousFailure: Math.min(1, certified.failure(width) + spent),
    monteCarlo: simulated && {
      failure: simulated.failure,
      failureStandardError: simulated.failureStandardError,
      errorQuantiles: errorQuantiles(simulated),
      prunedFraction: simulated.prunedFraction,
      prunedFractionStandardError: simulated.prunedFractionStandardError,
      replicates: simulated.errors.length,
    },
    errorQuantiles: [quantileAt(0.05), quantileAt(0.5), quantileAt(0.95)],
    prunedFraction: expectedPrunedFraction(setting, mce, width),
  };
}

interface Prepared {
  setting: PlanSetting;
  certified: Certificate;
  /** The probability that sampled bounds of the certificate are wrong. */
  spent: number;
}

/** Formula and certificate, as natural logarithms of the width. */
interface LogAnswers extends Prepared {
  /** The narrowest layer that keeps a column. */
  least: number;
  logFormula: number;
  /** Infinity where none below e^690 is certified. */
  logRigorous: number;
}

/**
 * The answers of `planWidth` without simulation.
 * @param question as there
 * @param moments of the question's law, sampled from its key unless given
 */
export function logAnswers(question: PlanQuestion, moments?: TrimmedMoments): LogAnswers {
  const { promise } = question;
  const prepared = prepare(question, moments);
  const { setting, certified, spent } = prepared;
  const least = Math.log(fullWidth(1 / promise.keptFraction, promise.keptFraction));
  const logFormula = Math.max(least, formulaLogWidth(setting, promise));
  return { ...prepared, least, logFormula, logRigorous: certified.logWidth(1 - promise.confidence - spent) };
}

function prepare(
  { law, promise, drift, key }: PlanQuestion,
  moments = trimmedMoments(law, deriveKey(key, "columns")),
): Prepared {
  const spent =
    moments.method === "quadrature" ? 0 : Math.min(boundShare.most, boundShare.ofDelta * (1 - promise.confidence));
  const bounds = moments.bounds(promise.keptFraction, spent);
  return { setting: { law, moments, drift }, certified: certificate({ law, bounds, drift }, promise), spent };
}

/** Where simulation found the formula's width within 6 %, its quantiles of E within 2 %. */
function formulaIsChecked(logWidth: number, alpha: number, { keptFraction, confidence }: CompressionPromise): boolean {
  const width = Math.exp(logWidth);
  return width >= 1000 && keptFraction * width >= 20 && confidence <= 0.999 && (alpha < 1.9 || width >= 1e4);
}

/** The whole width of a logarithm: null beyond `mostWeights`; with κ, the next one that loses no kept column to rounding. */
function wholeWidth(logWidth: number, inputs: number, keptFraction?: number): number | null {
  if (!(logWidth + Math.log(inputs) <= Math.log(mostWeights))) return null;
  // The logarithm is rounded: a width that is whole but for that stays the whole number it is.
  const width = Math.exp(logWidth) * (1 - 1e-12);
  return keptFraction === undefined ? Math.ceil(width) : fullWidth(width, keptFraction);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
