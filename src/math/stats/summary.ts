/** @file Describing a handful of numbers: location and spread, and the slope of a line through points. */
import { ParameterError, ShapeError } from "../../errors.js";

/** What tables print of repeated runs. */
export interface Summary {
  count: number;
  mean: number;
  /** With divisor count − 1; NaN for one value. */
  standardDeviation: number;
  lowerQuartile: number;
  median: number;
  upperQuartile: number;
  minimum: number;
  maximum: number;
}

/**
 * Summarises values.
 *
 * @param values at least one number, in any order, [n]
 * @returns mean, standard deviation, quartiles and range
 * @throws ParameterError if there are no values
 */
export function summary(values: ArrayLike<number>): Summary {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count === 0) throw new ParameterError({ where: "values", expected: "at least one number", got: "none" });
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    standardDeviation: Math.sqrt(squares / (count - 1)),
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    minimum: sorted[0]!,
    maximum: sorted[count - 1]!,
  };
}

/**
 * The empirical quantile, linear between order statistics at the positions p·(n − 1).
 *
 * @param sorted values in ascending order, [n], n ≥ 1
 * @param p probability, in [0, 1]
 * @returns the quantile
 * Source: Hyndman and Fan (1996), definition 7.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const part = position - below;
  return part === 0 ? sorted[below]! : sorted[below]! * (1 - part) + sorted[below + 1]! * part;
}

/**
 * The slope of the least-squares line through (x, y): Σ(x − x̄)(y − ȳ) / Σ(x − x̄)².
 *
 * @param x abscissas, [n], not all equal
 * @param y ordinates, [n]
 * @returns the slope
 * @throws ShapeError if the lengths differ or fewer than two points came
 */
export function leastSquaresSlope(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  if (n !== y.length || n < 2) {
    throw new ShapeError({ where: "x and y", expected: "the same length of at least 2", got: `${n} and ${y.length}` });
  }
  const meanX = Array.from(x).reduce((sum, value) => sum + value, 0) / n;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    products += (x[i]! - meanX) * y[i]!;
    squares += (x[i]! - meanX) ** 2;
  }
  return products / squares;
}
