/** @file The scalar twin of the particle kernel's tanh: the same float32 operations one value at a time, hence the same bits. */

const { fround } = Math;

/** P and Q of tanh z = z·P(z²)/Q(z²), from the constant upwards. */
const numerator = [1, 0.13379716873168945, 0.003494030563160777, 2.05834221560508e-5, 1.3318989466881703e-8].map(
  fround,
);
const denominator = [1, 0.4671303927898407, 0.02587105520069599, 3.283087571617216e-4, 7.76198305629805e-7].map(fround);
const CLAMP = 9;

/**
 * tanh of a float32 as the kernel computes it.
 *
 * @param value a float32
 * @returns tanh within 6.1 ulp, so at most 1 + 2^−23; NaN for NaN
 * Source: a rational minimax approximation of our own.
 */
export function referenceTanh(value: number): number {
  const z = value > CLAMP ? CLAMP : value < -CLAMP ? -CLAMP : value;
  const t = fround(z * z);
  return fround(fround(z * horner(numerator, t)) / horner(denominator, t));
}

function horner(coefficients: readonly number[], t: number): number {
  return coefficients.reduceRight((sum, coefficient) => fround(fround(sum * t) + coefficient));
}
