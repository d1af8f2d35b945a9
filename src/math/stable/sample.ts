/**
 * @file Samplers of stable laws from a stream, after Chambers, Mallows and Stuck, in float64.
 *
 * The angle is drawn as its distance πt to the singular end of the interval, with t fine near zero, and the singular
 * factors are summed in logarithms and exponentiated once. So the tail is right down to probability 2^−64 and no NaN can arise; only a
 * value beyond float64 (possible for α < 0.12, with probability below 1e-30 at α = 0.1) becomes Infinity.
 */
import { ParameterError } from "../../errors.js";
import type { Stream } from "../random/stream.js";
import { checkAlpha } from "./checkAlpha.js";

const HALF_PI = Math.PI / 2;
const TWO_M32 = 2 ** -32;
/** Closer to 1 than this, skewed laws in S1 have a location of order tan(πα/2) that swallows their digits. */
const SKEWED_GAP = 0.01;

/**
 * A draw from the exponential law, P(W > w) = e^(−w).
 *
 * @returns W in (1.1e-16, 45)
 */
export function sampleExponential(stream: Stream): number {
  return -Math.log(stream.tailUniform());
}

/**
 * A draw from N(0, 1), by the method of Box and Muller (1958).
 *
 * @returns G = √(2W) cos(πt) for W exponential and t uniform, |G| < 9.5
 */
export function sampleGaussian(stream: Stream): number {
  return Math.sqrt(2 * sampleExponential(stream)) * Math.cos(Math.PI * stream.uniform());
}

/**
 * Prepares a sampler of S(α, 0, 1, 0), characteristic function exp(−|u|^α); α = 2 is N(0, 2).
 *
 *   |X| = sin(α|U|) exp(((1−α)/α) log(cos((1−α)U)/W) − log(sin πt)/α),   |U| = π/2 − πt.
 *
 * @param alpha tail index α, in (0, 2]
 * @returns a function that draws one value from a stream
 * @throws ParameterError if α is outside its domain
 * Source: Chambers, Mallows and Stuck (1976); safe form: distance to the end, logarithms.
 */
export function symmetricSampler(alpha: number): (stream: Stream) => number {
  checkAlpha(alpha);
  if (alpha === 2) return (stream) => Math.SQRT2 * sampleGaussian(stream);
  if (alpha === 1) return (stream) => skewedCauchy(stream, 0);
  return turnedSampler(alpha, 0, 1);
}

/** πt for t uniform on (0, 1/2] in steps of 2^−64, from the upper 31 bits of `word` and one more; bit 0 is left for a sign. */
function distanceToEnd(word: number, stream: Stream): number {
  return Math.PI * (((word >>> 1) + (stream.uint32() + 0.5) * TWO_M32) * TWO_M32);
}

/**
 * A draw from S(α, 0, 1, 0); in a loop, `symmetricSampler` saves the constants.
 *
 * @param alpha tail index α, in (0, 2]
 * @returns X with characteristic function exp(−|u|^α)
 * @throws ParameterError if α is outside its domain
 */
export function sampleSymmetric(stream: Stream, alpha: number): number {
  return symmetricSampler(alpha)(stream);
}

/**
 * Prepares a sampler of S(α, β, 1, 0) in Nolan's S1, with B = atan(β tan(πα/2))/α and S = (1 + β² tan²(πα/2))^(1/(2α)):
 *   X = S sin(α(U+B)) / cos(U)^(1/α) · (cos(U − α(U+B))/W)^((1−α)/α);
 *   α = 1: X = (2/π)((π/2 + βU) tan U − β log((π/2) W cos U / (π/2 + βU))).
 *
 * @param alpha tail index α, in (0, 2]; with β ≠ 0 not within 0.01 of 1, unless exactly 1
 * @param beta skewness β, in [−1, 1]
 * @returns a function that draws one value from a stream
 * @throws ParameterError if α or β is outside its domain
 * Source: Chambers, Mallows and Stuck (1976), as corrected by Weron (1996).
 */
export function skewedSampler(alpha: number, beta: number): (stream: Stream) => number {
  checkAlpha(alpha);
  if (!(beta >= -1 && beta <= 1)) {
    throw new ParameterError({ where: "beta", expected: "a number in [-1, 1]", got: String(beta) });
  }
  if (beta === 0 || alpha === 2) return symmetricSampler(alpha);
  if (alpha === 1) return (stream) => skewedCauchy(stream, beta);
  if (Math.abs(alpha - 1) < SKEWED_GAP) {
    throw new ParameterError({
      where: "alpha",
      expected: "1 or a number at least 0.01 away from 1 when beta is not 0",
      got: String(alpha),
      remedy: "The S1 location diverges at 1; take alpha = 1 or move it away.",
    });
  }
  const tangent = beta * Math.tan(HALF_PI * alpha);
  // At |β| = 1 the turn is a known multiple of β, and must be exact for the light tail to cancel.
  const full = beta * (alpha < 1 ? alpha : alpha - 2) * HALF_PI;
  return turnedSampler(alpha, Math.abs(beta) === 1 ? full : Math.atan(tangent), Math.hypot(1, tangent) ** (1 / alpha));
}

/**
 * X / scale = sin(αU + turn) / cos(U)^(1/α) · (cos((α−1)U + turn)/W)^((1−α)/α) with |U| = π/2 − e. On side s = sign U let
 * S = απ/2 + s·turn, in [0, π]: the sine is s·sin(S − αe), the cosine sin(S − (α−1)e), and with R = π − S they are
 * s·sin(R + αe) and sin(R + (α−1)e). The smaller of S and R keeps all digits as e → 0.
 */
function turnedSampler(alpha: number, turn: number, scale: number): (stream: Stream) => number {
  const start = new Float64Array(2);
  const way = new Float64Array(2);
  for (const bit of [0, 1]) {
    const fromZero = alpha * HALF_PI + (1 - 2 * bit) * turn;
    const fromPi = (2 - alpha) * HALF_PI - (1 - 2 * bit) * turn;
    start[bit] = Math.min(fromZero, fromPi);
    way[bit] = fromZero <= fromPi ? -1 : 1;
  }
  const inverse = 1 / alpha;
  const power = (1 - alpha) / alpha;
  return (stream) => {
    const word = stream.uint32();
    const end = distanceToEnd(word, stream);
    const bit = word & 1;
    const sine = Math.sin(start[bit]! + way[bit]! * alpha * end);
    const cosine = Math.sin(start[bit]! + way[bit]! * (alpha - 1) * end);
    const logMixing = power * Math.log(cosine / sampleExponential(stream));
    return (1 - 2 * bit) * scale * sine * Math.exp(logMixing - inverse * Math.log(Math.sin(end)));
  };
}

/** The case α = 1; β = 0 is tan U. */
function skewedCauchy(stream: Stream, beta: number): number {
  const word = stream.uint32();
  const side = 1 - 2 * (word & 1);
  const end = distanceToEnd(word, stream);
  // π/2 + βU by distances to the end, where it may vanish.
  const lever = (1 + side * beta) * HALF_PI - side * beta * end;
  const logRatio = Math.log((HALF_PI * sampleExponential(stream) * Math.sin(end)) / lever);
  return (2 / Math.PI) * ((side * lever) / Math.tan(end) - beta * logRatio);
}

/**
 * A draw from S(α, β, 1, 0); in a loop, `skewedSampler` saves the constants.
 *
 * @param alpha tail index α, in (0, 2]; with β ≠ 0 not within 0.01 of 1, unless exactly 1
 * @param beta skewness β, in [−1, 1]
 * @throws ParameterError if α or β is outside its domain
 */
export function sampleSkewed(stream: Stream, alpha: number, beta: number): number {
  return skewedSampler(alpha, beta)(stream);
}
