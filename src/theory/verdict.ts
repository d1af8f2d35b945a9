/**
 * @file From errors to a verdict on a rate: a straight line through log error for each seed, Student's interval of the mean
 * slope, and the rule that turns the interval into supported, inconclusive or refuted.
 */
import { ParameterError } from "../errors.js";
import { leastSquaresSlope } from "../math/stats/summary.js";
import { meanInterval } from "./certify/meanBounds.js";

/** What an experiment says about a statement. */
export type Verdict = "supported" | "inconclusive" | "refuted";

/** A measured rate: the exponent r of error ∝ x^r. */
export interface RateEstimate {
  /** The mean over the seeds. */
  readonly slope: number;
  /** Where the expected slope lies with probability `CONFIDENCE`. */
  readonly interval: readonly [low: number, high: number];
  /** One slope a seed. */
  readonly slopes: readonly number[];
  /** The geometric mean of the error over the seeds at each x. */
  readonly points: readonly { readonly x: number; readonly error: number }[];
}

/** A statement on a rate: the error falls no slower than x^exponent (an upper bound), or just as x^exponent. */
export interface RateClaim {
  readonly exponent: number;
  readonly kind: "no slower than" | "exactly";
  /** How far a finite range of x may bend the slope, or how close a neighbouring rate may come, > 0. */
  readonly margin: number;
}

/** The probability with which an interval covers the expected slope. */
export const CONFIDENCE = 0.95;
/** An interval that reaches further than this to either side decides nothing. */
export const WIDEST = 0.05;

/**
 * The slope of log error on log x: least squares for each seed, then mean and Student's interval over the seeds.
 *
 * @param x the sizes or step sizes, [k], k ≥ 2, positive
 * @param errors for each seed the errors at x, [seeds][k], positive
 * @returns the estimate
 * @throws ParameterError with fewer than 3 seeds
 * Numerical note: [asymptotic] the interval takes the seeds' slopes as normal; they are least-squares sums of logarithms of
 * averages. What a finite range of x bends is not in it but in a claim's margin.
 */
export function estimateRate(x: readonly number[], errors: readonly (readonly number[])[]): RateEstimate {
  if (errors.length < 3) {
    const remedy = "The interval of the slope comes from the spread between seeds.";
    throw new ParameterError({ where: "seeds", expected: "at least 3", got: `${errors.length}`, remedy });
  }
  const logX = x.map(Math.log);
  const slopes = errors.map((row) => leastSquaresSlope(logX, row.map(Math.log)));
  const { mean, interval } = meanInterval(slopes, CONFIDENCE);
  const points = x.map((value, k) => {
    const logs = errors.map((row) => Math.log(row[k]!));
    return { x: value, error: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length) };
  });
  return { slope: mean, interval, slopes, points };
}

/**
 * The verdict on a claim: `inconclusive` if the interval reaches further than ±`WIDEST` or contains a border of the slopes
 * that the claim allows, `supported` if it lies among them, `refuted` if it lies outside. "No slower than" allows slopes up
 * to exponent + margin where x grows (exponent < 0) and from exponent − margin where it falls; "exactly" allows
 * exponent ± margin.
 *
 * @param estimate the interval of the slope
 * @param claim the statement
 */
export function judgeRate({ interval: [low, high] }: Pick<RateEstimate, "interval">, claim: RateClaim): Verdict {
  const { exponent, kind, margin } = claim;
  const least = kind === "exactly" || exponent > 0 ? exponent - margin : Number.NEGATIVE_INFINITY;
  const most = kind === "exactly" || exponent < 0 ? exponent + margin : Number.POSITIVE_INFINITY;
  if (!(high - low <= 2 * WIDEST)) return "inconclusive";
  if (low >= least && high <= most) return "supported";
  return high < least || low > most ? "refuted" : "inconclusive";
}
