/** @file The scalar twin of the particle kernel's tanh: the same float32 operations one value at a time, hence the same bits. */

const { fround } = Math;

/** tanh(z/2) = N/D with N = z·((t + a)t + b), D = (ct + d)t + e, t = z². */
const [a, b, c, d, e] = [486.913177, 18000.627, 33.1751556, 3973.89502, 36001.2578].map(fround) as [
  number,
  number,
  number,
  number,
  number,
];
const CLAMP = fround(8.6);

/**
 * tanh of a float32 as the kernel computes it, 2ND/(N² + D²).
 *
 * @param value a float32
 * @returns tanh within 6.5 ulp; NaN for NaN
 * Source: a rational minimax approximation of our own.
 */
export function referenceTanh(value: number): number {
  const z = value > CLAMP ? CLAMP : value < -CLAMP ? -CLAMP : value;
  const t = fround(z * z);
  const numerator = fround(fround(fround(fround(t + a) * t) + b) * z);
  const denominator = fround(fround(fround(fround(t * c) + d) * t) + e);
  const product = fround(numerator * denominator);
  const squares = fround(fround(numerator * numerator) + fround(denominator * denominator));
  return fround(fround(product + product) / squares);
}
