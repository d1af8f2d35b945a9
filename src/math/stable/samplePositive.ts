/** @file Positive stable mixing variables, and the isotropic stable vectors they make of Gaussian ones. */
import { ParameterError } from "../../errors.js";
import type { Stream } from "../random/stream.js";
import { checkAlpha } from "./checkAlpha.js";
import { sampleExponential, sampleGaussian } from "./sample.js";

/**
 * The logarithm of a positive stable draw A with Laplace transform E e^(−sA) = e^(−s^a). With V = π(1 − t) uniform,
 *   log A = log sin(aV) − log(sin πt)/a + ((1−a)/a) log(sin((1−a)V)/W).
 *
 * @param a index, in (0, 1); the mixing variable of an isotropic α-stable vector has a = α/2
 * @returns log A, finite for every a
 * @throws ParameterError if a is outside its domain
 * Source: Kanter (1975), theorem 4.1.
 */
export function sampleLogPositive(stream: Stream, a: number): number {
  if (!(a > 0 && a < 1)) {
    throw new ParameterError({ where: "a", expected: "a number in (0, 1)", got: String(a) });
  }
  const end = Math.PI * stream.tailUniform();
  const angle = Math.PI - end;
  // sin(aV) = sin(π − aV), from the distance to the end when V is near it and a near 1.
  const first = Math.sin(a > 0.5 ? Math.min(a * angle, (1 - a) * Math.PI + a * end) : a * angle);
  const second = Math.sin(a < 0.5 ? Math.min((1 - a) * angle, a * Math.PI + (1 - a) * end) : (1 - a) * angle);
  const mixing = ((1 - a) / a) * Math.log(second / sampleExponential(stream));
  return Math.log(first) - Math.log(Math.sin(end)) / a + mixing;
}

/**
 * A positive stable draw A, E e^(−sA) = e^(−s^a).
 *
 * @param a index, in (0, 1)
 * @returns A > 0; for a < 0.07 values beyond float64 become Infinity or 0: use `sampleLogPositive`
 * @throws ParameterError if a is outside its domain
 */
export function samplePositive(stream: Stream, a: number): number {
  return Math.exp(sampleLogPositive(stream, a));
}

/**
 * Fills a vector with one draw of the isotropic stable law, X = √(2A) G with A positive stable of index α/2 and
 * G ~ N(0, I): characteristic function exp(−‖u‖^α), so that every coordinate is S(α, 0, 1, 0).
 *
 * @param alpha tail index α, in (0, 2]; at 2 the entries are independent N(0, 2)
 * @param out receives the draw, [dimension]
 * @throws ParameterError if α is outside its domain
 */
export function sampleIsotropic(stream: Stream, alpha: number, out: Float64Array): void {
  checkAlpha(alpha);
  const logScale = (Math.LN2 + (alpha === 2 ? 0 : sampleLogPositive(stream, alpha / 2))) / 2;
  const scale = Math.exp(logScale);
  for (let i = 0; i < out.length; i++) out[i] = scale * sampleGaussian(stream);
}
