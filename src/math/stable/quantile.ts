/**
 * @file Quantiles of the symmetric stable law, by Newton's method on log probability against log x: there both ends are
 * straight lines (slope 1 near zero, −α far out), so few steps are needed. A bracket guards every step.
 */
import { ParameterError } from "../../errors.js";
import { normalTailQuantile } from "../stats/erfc.js";
import { logGamma } from "../stats/gamma.js";
import { checkAlpha } from "./checkAlpha.js";
import { symmetricParts } from "./symmetric.js";

const MAX_STEPS = 200;
/** Newton doubles the digits, so a step of this relative size leaves an error near its square. */
const LAST_STEP = 1e-7;
/** Float64 positive range in natural logarithms. */
const LOG_SMALLEST = -744;
const LOG_LARGEST = 709.7;

/**
 * The tail quantile: the x ≥ 0 with P(X > x) = q.
 *
 * @param q tail probability, in (0, 1/2]
 * @param alpha tail index α, in (0, 2]
 * @param start a guess of x, such as the answer for a nearby q; saves steps in a table
 * @returns x; relative error below 1e-8 for q down to 2^−64. For α < 0.06 far tails exceed float64: Infinity
 * @throws ParameterError if q or α is outside its domain
 */
export function symmetricTailQuantile(q: number, alpha: number, start?: number): number {
  checkAlpha(alpha);
  if (!(q > 0 && q <= 0.5)) {
    throw new ParameterError({ where: "q", expected: "a tail probability in (0, 1/2]", got: String(q) });
  }
  if (q === 0.5) return 0;
  if (alpha === 2) return Math.SQRT2 * normalTailQuantile(q);
  if (alpha === 1) return 1 / Math.tan(Math.PI * q);
  return solve(q, alpha, start !== undefined && start > 0 ? start : guess(q, alpha));
}

/**
 * The quantile: the x with P(X ≤ x) = p.
 *
 * @param p probability, in (0, 1)
 * @param alpha tail index α, in (0, 2]
 * @returns x; relative error below 1e-8, but p near 1 carries its own rounding: use the tail quantile there
 * @throws ParameterError if p or α is outside its domain
 */
export function symmetricQuantile(p: number, alpha: number): number {
  if (!(p > 0 && p < 1)) {
    throw new ParameterError({ where: "p", expected: "a probability in (0, 1)", got: String(p) });
  }
  return p <= 0.5 ? -symmetricTailQuantile(p, alpha) : symmetricTailQuantile(1 - p, alpha);
}

function solve(q: number, alpha: number, start: number): number {
  const byTail = q < 0.25;
  const logTarget = Math.log(byTail ? q : 0.5 - q);
  let low = LOG_SMALLEST;
  let high = LOG_LARGEST;
  let logX = Math.min(Math.max(Math.log(start), low + 1), high - 1);
  for (let step = 0; step < MAX_STEPS; step++) {
    const x = Math.exp(logX);
    const { center, tail, density } = symmetricParts(x, alpha);
    const mass = byTail ? tail : center;
    const residual = Math.log(mass) - logTarget;
    const tooFar = residual > 0 !== byTail;
    if (tooFar) high = logX;
    else low = logX;
    const slope = ((byTail ? -x : x) * density) / mass;
    const next = logX - residual / slope;
    if (Math.abs(next - logX) < LAST_STEP) return finite(next);
    logX = next > low && next < high ? next : (low + high) / 2;
    if (high - low < LAST_STEP) break;
  }
  return finite(logX);
}

/** exp, with Infinity for answers that touch the upper bracket. */
function finite(logX: number): number {
  return logX > LOG_LARGEST - 0.5 ? Number.POSITIVE_INFINITY : Math.exp(logX);
}

/** The larger of the Gaussian and the power tail for small q, the density at zero for q near 1/2. */
function guess(q: number, alpha: number): number {
  const linear = (0.5 - q) * Math.PI * Math.exp(-logGamma(1 + 1 / alpha));
  const power = Math.exp((logGamma(alpha) + Math.log(Math.sin((Math.PI * alpha) / 2) / (Math.PI * q))) / alpha);
  if (q > 0.25) return alpha > 1 ? linear : Math.max(linear, Number.MIN_VALUE);
  return alpha > 1 ? Math.max(power, Math.SQRT2 * normalTailQuantile(q)) : power;
}
