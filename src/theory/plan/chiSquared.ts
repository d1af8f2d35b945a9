/** @file Expectations over a chi-squared variable by quadrature, and draws of it. */
import type { Stream } from "../../math/random/stream.js";
import { sampleExponential, sampleGaussian } from "../../math/stable/sample.js";
import { logGamma } from "../../math/stats/gamma.js";

/** Points and weights of a quadrature rule: E f(q) ≈ Σ weight·f(point). */
export interface Nodes {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** Terms below this share of the largest are left out. */
const NEGLIGIBLE = 1e-18;

/**
 * The trapezoidal rule in x = log q for q ~ χ²_d, whose density in x is e^(xd/2 − e^x/2) / (2^(d/2) Γ(d/2)): analytic and
 * exponentially small at both ends, so the rule converges exponentially.
 *
 * @param degrees d, a whole number of at least 1
 * @returns the rule; its weights add up to 1 within 1e-12
 */
export function chiSquaredNodes(degrees: number): Nodes {
  const half = degrees / 2;
  const step = Math.min(1 / 8, Math.sqrt(2 / degrees) / 4);
  const mode = Math.log(degrees);
  const logConstant = half * Math.LN2 + logGamma(half);
  const weight = (x: number): number => step * Math.exp(half * x - Math.exp(x) / 2 - logConstant);
  const least = NEGLIGIBLE * weight(mode);
  let first = 0;
  while (weight(mode + (first - 1) * step) > least) first--;
  const xs: number[] = [];
  for (let j = first; j <= 0 || weight(mode + j * step) > least; j++) xs.push(mode + j * step);
  return { points: Float64Array.from(xs, Math.exp), weights: Float64Array.from(xs, weight) };
}

/**
 * A draw of χ²_d: twice a Gamma(d/2) variable, by squeeze-free rejection from a cubed normal; for d = 1 a squared normal.
 *
 * @param degrees d, a whole number of at least 1
 * Source: Marsaglia and Tsang (2000), "A simple method for generating gamma variables".
 */
export function sampleChiSquared(stream: Stream, degrees: number): number {
  if (degrees === 1) return sampleGaussian(stream) ** 2;
  if (degrees === 2) return 2 * sampleExponential(stream);
  const shift = degrees / 2 - 1 / 3;
  const slope = 1 / Math.sqrt(9 * shift);
  for (;;) {
    const normal = sampleGaussian(stream);
    const root = 1 + slope * normal;
    if (root <= 0) continue;
    const cube = root ** 3;
    if (Math.log(stream.uniform()) < (normal * normal) / 2 + shift * (1 - cube + Math.log(cube))) {
      return 2 * shift * cube;
    }
  }
}
