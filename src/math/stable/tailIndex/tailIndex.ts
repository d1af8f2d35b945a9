/** @file One door to all estimators of the tail index of a symmetric stable sample. */
import { ParameterError } from "../../../errors.js";
import { characteristicTailIndex } from "./characteristic.js";
import type { TailIndexEstimate, TailIndexMethod } from "./estimate.js";
import { hillTailIndex } from "./hill.js";
import { likelihoodTailIndex } from "./likelihood.js";
import { logMomentTailIndex } from "./logMoment.js";
import { mohammadiTailIndex } from "./mohammadi.js";
import { quantileTailIndex } from "./quantileRatio.js";

/** How to estimate. */
export interface TailIndexOptions {
  /** @default "characteristic" */
  readonly method?: TailIndexMethod;
  /** Confidence of the interval and of the test against α = 2, in (0, 1). @default 0.95 */
  readonly confidence?: number;
}

const estimators: Record<
  TailIndexMethod,
  (values: ArrayLike<number>, options: { confidence?: number }) => TailIndexEstimate
> = {
  characteristic: characteristicTailIndex,
  likelihood: likelihoodTailIndex,
  quantile: quantileTailIndex,
  logMoment: logMomentTailIndex,
  mohammadi: (values) => mohammadiTailIndex(values),
  hill: hillTailIndex,
};

/** The names of the methods, best first. */
export const tailIndexMethods = Object.keys(estimators) as readonly TailIndexMethod[];

/**
 * Estimates the tail index α of S(α, 0, γ, 0) from independent values, γ unknown.
 *
 * `characteristic` is the default: unbiased within 0.01 from n = 1000 on, an interval of the right coverage and a test of α = 2.
 * `likelihood` has a standard deviation 6–20 % smaller. `quantile` is robust and rough; `logMoment` and `mohammadi` are there to
 * compare with the literature; `hill` is a diagnostic of the far tail that is badly biased on stable data.
 * @param values the sample, [n], n ≥ 20
 * @param options the method, and the confidence of its interval
 * @returns the estimate
 * @throws ParameterError for a bad sample or option, and where the sample carries too little information
 */
export function tailIndex(
  values: ArrayLike<number>,
  { method = "characteristic", confidence = 0.95 }: TailIndexOptions = {},
): TailIndexEstimate {
  const estimator = estimators[method];
  if (estimator) return estimator(values, { confidence });
  throw new ParameterError({
    where: "method",
    expected: `one of ${tailIndexMethods.join(", ")}`,
    got: String(method),
  });
}
