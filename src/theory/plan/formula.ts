/**
 * @file The asymptotic answer. As n → ∞, E² ~ M_κ / (n^((1−a)/a) b A + μ) with a = α/2 and A positive stable: the cut
 * columns obey the law of large numbers, the total does not. [asymptotic, checked at n = 1000: the
 * median and the 95 % quantile of E within 2 %, the 5 % quantile within 3 %]
 *
 * A bounded drift moves every column's norm by D_i with ρ² = (1/n) Σ D_i², and Minkowski's inequality gives
 * (E_Y − r)/(1 + r) ≤ E ≤ (E_Y + r)/(1 − r), r = ρ√n/‖Y‖_F, for the columns Y of the noise alone. [proved]
 */
import { bulkMoment, type ColumnLaw, logTailScale } from "./columnLaw.js";
import { positiveStableLogCdf, positiveStableLogQuantile } from "./positiveStable.js";
import type { CompressionPromise } from "./promise.js";
import type { TrimmedMoments } from "./trimmedMoment.js";

/** What a width is planned for: a column's law, its trimmed moments, and the drift ρ beside the noise. */
export interface PlanSetting {
  readonly law: ColumnLaw;
  readonly moments: TrimmedMoments;
  /** ρ ≥ 0. */
  readonly drift: number;
}

/**
 * What the mean squared norm ‖Y‖²/n must exceed for the promise: ((√M + ρ)/ε + ρ)², and with −ρ, each bracket cut at 0, what
 * it must exceed at the least whatever the drift does. [proved]
 *
 * @param moment M, the mean squared norm of what is cut
 * @param relativeError ε
 * @param drift ρ, or −ρ for the least demand
 */
export function demand(moment: number, relativeError: number, drift: number): number {
  return Math.max(0, Math.max(0, Math.sqrt(moment) + drift) / relativeError + drift) ** 2;
}

/**
 * log N with N = ((demand − μ)₊ / (b q_δ))^(a/(1−a)), the width from which on the promise holds by the limit law.
 *
 * @param setting the law, its moments and the drift; a negative drift gives the lower bound over all drifts of that size
 * @param promise κ, ε and the confidence 1 − δ
 * @returns log N; −Infinity where the initial weights alone suffice
 */
export function formulaLogWidth({ law, moments, drift }: PlanSetting, promise: CompressionPromise): number {
  const a = law.alpha / 2;
  const needed = demand(moments.moment(promise.keptFraction), promise.relativeError, drift) - bulkMoment(law);
  if (needed <= 0) return Number.NEGATIVE_INFINITY;
  const logQuantile = positiveStableLogQuantile(Math.log1p(-promise.confidence), a);
  return (a / (1 - a)) * (Math.log(needed) - logTailScale(law) - logQuantile);
}

/**
 * P(E > ε) at a width, by the limit law: F_A((demand − μ) n^(1−1/a) / b).
 *
 * @param setting the law, its moments and the drift
 * @param target κ and ε
 * @param width n
 */
export function formulaFailure(
  { law, moments, drift }: PlanSetting,
  { keptFraction, relativeError }: Omit<CompressionPromise, "confidence">,
  width: number,
): number {
  const a = law.alpha / 2;
  const needed = demand(moments.moment(keptFraction), relativeError, drift) - bulkMoment(law);
  if (needed <= 0) return 0;
  return Math.exp(positiveStableLogCdf(Math.log(needed) - ((1 - a) / a) * Math.log(width) - logTailScale(law), a));
}

/**
 * The quantile of E at a width, by the limit law and without drift; never above √(1 − κ), which no cut of the smallest
 * columns can exceed. [asymptotic, checked]
 *
 * @param setting the law and its moments
 * @param keptFraction κ
 * @param width n
 * @param probability of E lying below, in (0, 1)
 */
export function formulaErrorQuantile(
  { law, moments }: PlanSetting,
  keptFraction: number,
  width: number,
  probability: number,
): number {
  const a = law.alpha / 2;
  const logA = positiveStableLogQuantile(Math.log1p(-probability), a);
  const total = Math.exp(((1 - a) / a) * Math.log(width) + logTailScale(law) + logA) + bulkMoment(law);
  return Math.sqrt(Math.min(moments.moment(keptFraction) / total, 1 - keptFraction));
}
