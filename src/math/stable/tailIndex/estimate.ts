/**
 * @file What an estimate of the tail index says, and what every estimator asks of its sample: values of S(α, 0, γ, 0),
 * independent, symmetric about zero, of unknown scale γ.
 */
import { ParameterError } from "../../../errors.js";

/** The estimators, by the names that `tailIndex` takes. */
export type TailIndexMethod = "characteristic" | "likelihood" | "quantile" | "logMoment" | "mohammadi" | "hill";

/** An estimate of the tail index α. */
export interface TailIndexEstimate {
  /** α̂: in (0, 2] except for `hill`, which may exceed 2. */
  readonly alpha: number;
  /** γ̂ in the sense exp(−|γu|^α), where the method gives it. */
  readonly scale?: number;
  /** Standard error of α̂ before it was cut at 2, where the method gives it. */
  readonly standardError?: number;
  /** Bounds of α, cut at 2, that hold together with the confidence asked for; where the method gives them. */
  readonly interval?: readonly [lower: number, upper: number];
  /** Whether α = 2 is rejected at level 1 − confidence against α < 2; where the method has such a test. */
  readonly gaussianExcluded?: boolean;
  readonly method: TailIndexMethod;
}

/** The smallest sample that estimators take. */
export const leastValues = 20;

/**
 * Checks a sample.
 * @param values at least 20 finite numbers, not all zero
 * @throws ParameterError if they are not
 */
export function checkValues(values: ArrayLike<number>): void {
  if (values.length < leastValues) {
    throw new ParameterError({ where: "values", expected: `at least ${leastValues} numbers`, got: `${values.length}` });
  }
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      throw new ParameterError({ where: "values", expected: "finite numbers", got: `${value} at ${i}` });
    }
    if (value === 0) zeros++;
  }
  if (2 * zeros > values.length) {
    throw new ParameterError({
      where: "values",
      expected: "a sample of a continuous law",
      got: `${zeros} zeros among ${values.length} values`,
      remedy: "Leave out what is zero by construction, such as pruned columns.",
    });
  }
}

/**
 * Checks a confidence.
 * @param confidence in (0, 1)
 * @throws ParameterError if it is not
 */
export function checkConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new ParameterError({
    where: "confidence",
    expected: "a number strictly between 0 and 1",
    got: `${confidence}`,
    remedy: "Nothing finite is certain: take 0.95.",
  });
}

/**
 * The logarithms log|xᵢ|.
 * @param values no zeros
 * @returns [n], in the order of the values
 * @throws ParameterError for a zero
 */
export function logSizes(values: ArrayLike<number>): Float64Array {
  const logs = Float64Array.from({ length: values.length }, (_, i) => Math.log(Math.abs(values[i]!)));
  const zero = logs.indexOf(Number.NEGATIVE_INFINITY);
  if (zero < 0) return logs;
  const remedy = "Methods that take logarithms need values other than 0; the method characteristic does not.";
  throw new ParameterError({ where: "values", expected: "numbers other than 0", got: `0 at ${zero}`, remedy });
}

/** |xᵢ| in ascending order, [n]. */
export function sortedSizes(values: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: values.length }, (_, i) => Math.abs(values[i]!)).sort();
}
