/**
 * @file A bound on the test error of a classifier that can be written in few bits.
 *
 * Let a prefix-free code, fixed before the training data are seen, give the classifier h a word of L(h) bits, and let ê(h) be
 * its error on m independent training rows, e(h) its error on a new row. Then with probability at least 1 − δ over the rows,
 *   for all h at once:   e(h) ≤ sup{ p ≥ ê(h) : kl(ê(h)‖p) ≤ (L(h) ln 2 + ln(1/δ))/m },
 * kl(q‖p) = q ln(q/p) + (1−q) ln((1−q)/(1−p)) [proved]: for one h the bound at confidence level δ_h fails only if ê lies below e
 * with kl(ê‖e) > ln(1/δ_h)/m, of probability at most δ_h (Chernoff); take δ_h = δ 2^(−L(h)) and add up by Kraft's inequality.
 *
 * Because it holds for all h at once, h may be chosen in any way that looks at the training rows: which units are kept, how
 * many, with which step. The cost of that choice is in L(h), which has to describe h completely; the ln(2√m) of PAC-Bayes
 * bounds is not needed. It does not hold if the code depends on the rows, or if the rows are not independent draws of what is tested.
 * Source: Blumer et al. (1987); in the form with kl, Langford (2005), theorem 4.6.
 */

import { ParameterError } from "../../errors.js";

/** What the bound is made of. */
export interface OccamFacts {
  /** ê: the share of training rows that this very classifier gets wrong, in [0, 1]. */
  readonly trainError: number;
  /** L: the length of its code word in bits, ≥ 0. */
  readonly bits: number;
  /** m: training rows, ≥ 1. */
  readonly rows: number;
  /** 1 − δ, in (0, 1). */
  readonly confidence: number;
}

/**
 * The relative entropy kl(q‖p) of two coins, in nats.
 * @param q in [0, 1]
 * @param p in [0, 1]
 * @returns ≥ 0; Infinity where q is possible and p excludes it
 */
export function binaryDivergence(q: number, p: number): number {
  const term = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b));
  return Math.max(0, term(q, p) + term(1 - q, 1 - p));
}

/**
 * The largest p ≥ q with kl(q‖p) ≤ c.
 * @param q in [0, 1]
 * @param c in nats, ≥ 0
 * @returns p in [q, 1], rounded up; within 1e-9 for c near 0, where kl is flat, and 1e-15 elsewhere. For q = 0 it is 1 − e^(−c)
 */
export function inverseDivergence(q: number, c: number): number {
  if (q === 0) return -Math.expm1(-c);
  let low = q;
  let high = 1;
  while (high - low > Number.EPSILON) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (binaryDivergence(q, middle) <= c) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The bound of this file.
 * @param facts training error, bits, rows and confidence
 * @returns the bound on the test error, in [trainError, 1]
 * @throws ParameterError for a fact outside its domain
 */
export function occamBound({ trainError, bits, rows, confidence }: OccamFacts): number {
  const check = (where: string, holds: boolean, expected: string, got: number, remedy?: string): void => {
    if (!holds) throw new ParameterError({ where, expected, got: `${got}`, ...(remedy !== undefined && { remedy }) });
  };
  check("trainError", trainError >= 0 && trainError <= 1, "a number in [0, 1]", trainError);
  check("bits", bits >= 0, "a number of at least 0", bits);
  check("rows", Number.isInteger(rows) && rows >= 1, "a whole number of at least 1", rows);
  const certain = "No bound is certain: a sample can always mislead. Take 0.95.";
  check("confidence", confidence > 0 && confidence < 1, "a number strictly between 0 and 1", confidence, certain);
  return inverseDivergence(trainError, (bits * Math.LN2 - Math.log1p(-confidence)) / rows);
}
