/** @file The planner's answers around a promise: widths over kept fractions, and error quantiles at a few widths. */
import { deriveKey } from "../../math/random/key.js";
import { quantile } from "../../math/stats/summary.js";
import { formulaErrorQuantile } from "./formula.js";
import { simulatedErrors } from "./monteCarlo.js";
import { logAnswers, mce, type PlanQuestion } from "./plan.js";
import { trimmedMoments } from "./trimmedMoment.js";

/** Widths that keep a promise with another kept fraction. */
export interface WidthAnswer {
  readonly keptFraction: number;
  /** By the formula. [asymptotic, checked] */
  readonly log10Width: number;
  /** Certified; Infinity where none below e^690 is. [proved] */
  readonly log10RigorousWidth: number;
}

/**
 * The widths that `planWidth` gives for several kept fractions, by formula and certificate; the columns are sampled once.
 *
 * @param question the promise's own κ plays no part
 * @param keptFractions κ, each in (0, 1)
 * @returns one answer for each κ
 */
export function widthCurve(question: PlanQuestion, keptFractions: readonly number[]): WidthAnswer[] {
  const moments = trimmedMoments(question.law, deriveKey(question.key, "columns"));
  return keptFractions.map((keptFraction) => {
    const promise = { ...question.promise, keptFraction };
    const { logFormula, logRigorous } = logAnswers({ ...question, promise }, moments);
    return { keptFraction, log10Width: logFormula / Math.LN10, log10RigorousWidth: logRigorous / Math.LN10 };
  });
}

/** Quantiles of E at one width. */
export interface QuantileComparison {
  readonly width: number;
  readonly points: readonly {
    readonly level: number;
    readonly predicted: number;
    readonly simulated: number;
    readonly standardError: number;
  }[];
}

const levels = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Quantiles of E of the noise alone at the promise's κ: the formula's beside those of simulated networks.
 *
 * The standard error of the quantile at p is half the distance between those at p ± √(p(1 − p)/R) of R networks, the
 * binomial error of p carried over. [asymptotic]
 * @param question the law, κ, and the key of the networks
 * @param widths n, each
 * @returns one comparison a width, without those whose networks cost too much
 */
export function compareQuantiles({ law, promise, key }: PlanQuestion, widths: readonly number[]): QuantileComparison[] {
  const setting = { law, moments: trimmedMoments(law, deriveKey(key, "columns")), drift: 0 };
  return widths.flatMap((width) => {
    const simulated = simulatedErrors(setting, { ...promise, mce }, width, deriveKey(key, "quantiles", width));
    if (!simulated) return [];
    const { errors } = simulated;
    const points = levels.map((level) => {
      const shift = Math.sqrt((level * (1 - level)) / errors.length);
      const standardError = (quantile(errors, level + shift) - quantile(errors, level - shift)) / 2;
      const predicted = formulaErrorQuantile(setting, promise.keptFraction, width, level);
      return { level, predicted, simulated: quantile(errors, level), standardError };
    });
    return [{ width, points }];
  });
}
