/** @file Expectations over a positive stable variable by quadrature. */
import type { Nodes } from "./chiSquared.js";
import { positiveStableLogDensity } from "./positiveStable.js";

/** Terms below this share of the largest are left out on the left. */
const NEGLIGIBLE = 1e-18;
const STEP = 1 / 8;

/**
 * The trapezoidal rule for A with E e^(−sA) = e^(−s^a), in t with log A = y₀ + log(1 + we^t) − w log(1 + e^(−t)),
 * w = min(1, (1 − a)/a): steps of width w on the steep left side of log A's density, of width 1 in its power tail.
 *
 * @param a index, in (0, 1]; at 1 A is 1
 * @param logLargest log A beyond which the tail is left out
 * @returns the rule; its weights add up to 1 − P(log A > logLargest) within 1e-12
 */
export function positiveStableNodes(a: number, logLargest: number): Nodes {
  if (a === 1) return { points: Float64Array.of(1), weights: Float64Array.of(1) };
  const width = Math.min(1, (1 - a) / a);
  // Where F is e^−1 to leading order.
  const start = Math.log(a) + ((1 - a) / a) * Math.log(1 - a);
  const place = (t: number): number => start + Math.log1p(width * Math.exp(t)) - width * Math.log1p(Math.exp(-t));
  const slope = (t: number): number => width / (width + Math.exp(-t)) + width / (1 + Math.exp(t));
  const weight = (t: number): number => STEP * slope(t) * positiveStableLogDensity(place(t), a);
  const least = NEGLIGIBLE * weight(0);
  let first = 0;
  while (weight((first - 1) * STEP) > least) first--;
  const steps: number[] = [];
  for (let j = first; place(j * STEP) <= logLargest; j++) steps.push(j * STEP);
  return { points: Float64Array.from(steps, (t) => Math.exp(place(t))), weights: Float64Array.from(steps, weight) };
}
