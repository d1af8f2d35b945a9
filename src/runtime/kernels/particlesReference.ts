/** @file The scalar twin of the particle kernel's tanh: the same float32 operations one value at a time, hence the same bits. */

const { fround } = Math;

/** e^2z = E/M with M = f² + b − a·f and E = 2ⁿ·(f² + b + a·f), where 2z·log₂e = n + f. */
const [a, b] = [fround(8.67777412), fround(25.0389185)];
const TWICE_LOG2_E = fround(2 * Math.LOG2E);
const FURTHEST = 100;
/** Adding it rounds to whole numbers, halves to even, like the kernel's `nearest`. */
const ROUND = 1.5 * 2 ** 23;

/**
 * tanh of a float32 as the kernel computes it, (E − M)/(E + M).
 *
 * @param value a float32
 * @returns tanh within 3·10^−7; NaN for NaN
 * Source: Lambert's continued fraction of tanh (1761), cut after its second term, the two coefficients fitted.
 */
export function referenceTanh(value: number): number {
  const scaled = fround(value * TWICE_LOG2_E);
  const s = scaled > FURTHEST ? FURTHEST : scaled < -FURTHEST ? -FURTHEST : scaled;
  const n = fround(fround(s + ROUND) - ROUND);
  const f = fround(s - n);
  const product = fround(f * a);
  const sum = fround(fround(f * f) + b);
  const e = fround(sum + product) * 2 ** n;
  const m = fround(sum - product);
  return fround(fround(e - m) / fround(e + m));
}
