/**
 * @file The symmetric stable law S(α, 0, 1, 0) in Nolan's S1, with characteristic function exp(−|u|^α): density,
 * distribution function and tail. α = 2 is N(0, 2), α = 1 is Cauchy. Everything has one source, `symmetricParts`, which
 * takes the closed form, a series or Nolan's integral, whichever is exact there.
 */
import { ParameterError } from "../../errors.js";
import { erfc } from "../stats/erfc.js";
import { logGamma } from "../stats/gamma.js";
import { checkAlpha } from "./checkAlpha.js";
import { nolanIntegral, type Parts } from "./integral.js";
import { seriesParts } from "./series.js";

/** Closer to 1 than this, α is 1: the law differs by less than 1e-11 relative wherever P(X > x) > 1e-20. */
const CAUCHY_GAP = 1e-12;

/**
 * The law at x > 0 for a checked α; the smaller of center and tail has about 1e-10 relative accuracy or better.
 *
 * @param x positive number
 * @param alpha tail index in (0, 2]
 * @returns P(0 < X < x), P(X > x) and the density
 */
export function symmetricParts(x: number, alpha: number): Parts {
  if (x === Number.POSITIVE_INFINITY) return { center: 0.5, tail: 0, density: 0 };
  if (alpha === 2) {
    const tail = erfc(x / 2) / 2;
    return { center: 0.5 - tail, tail, density: Math.exp((-x * x) / 4) / (2 * Math.sqrt(Math.PI)) };
  }
  if (Math.abs(alpha - 1) < CAUCHY_GAP) {
    return { center: Math.atan(x) / Math.PI, tail: Math.atan(1 / x) / Math.PI, density: 1 / (Math.PI * (1 + x * x)) };
  }
  return seriesParts(x, alpha) ?? nolanIntegral(x, alpha);
}

/**
 * The density f(x) = (1/π) ∫₀^∞ cos(ux) exp(−u^α) du.
 *
 * @param x any number
 * @param alpha tail index α, in (0, 2]
 * @returns f(x) ≥ 0; relative error below 1e-8 for α ≥ 0.1
 * @throws ParameterError if α is outside its domain or x is not a number
 * Source: Nolan (1997), theorem 1; Bergström (1952).
 */
export function symmetricDensity(x: number, alpha: number): number {
  check(x, alpha);
  return x === 0 ? Math.exp(logGamma(1 + 1 / alpha)) / Math.PI : symmetricParts(Math.abs(x), alpha).density;
}

/**
 * The distribution function P(X ≤ x).
 *
 * @param x any number
 * @param alpha tail index α, in (0, 2]
 * @returns a probability; absolute error below 1e-10, and relative error below 1e-8 in the left tail
 * @throws ParameterError if α is outside its domain or x is not a number
 * Source: Nolan (1997), theorem 1; Bergström (1952).
 */
export function symmetricCdf(x: number, alpha: number): number {
  check(x, alpha);
  if (x === 0) return 0.5;
  const { center, tail } = symmetricParts(Math.abs(x), alpha);
  return x < 0 ? tail : 0.5 + center;
}

/**
 * The tail P(X > x), which falls like (Γ(α) sin(πα/2)/π) x^(−α) for α < 2.
 *
 * @param x any number; meant for x ≥ 0
 * @param alpha tail index α, in (0, 2]
 * @returns a probability; relative error below 1e-8 however far out
 * @throws ParameterError if α is outside its domain or x is not a number
 * Source: Nolan (1997), theorem 1; Bergström (1952).
 */
export function symmetricTail(x: number, alpha: number): number {
  return symmetricCdf(-x, alpha);
}

function check(x: number, alpha: number): void {
  checkAlpha(alpha);
  if (Number.isNaN(x)) throw new ParameterError({ where: "x", expected: "a number", got: "NaN" });
}
