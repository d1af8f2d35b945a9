/**
 * @file The upper-tail quantile of a symmetric stable law as a table of cubics, from which the kernels draw by inversion.
 *
 * A sample is ±Q(u) with P(X > Q(u)) = u. The tail probability u in (0, 1/2] is held as the float32 *position* p = 2^32·u,
 * from 2^−33 to 2^31, and the table is indexed by the bits of p: exponent and leading mantissa bits name a segment, the
 * remaining bits t are the place in it. Segments thus shrink geometrically towards the tail, where Q(u) ~ C·u^(−1/α).
 */

import { symmetricTailQuantile } from "../../math/stable/quantile.js";
import { symmetricDensity } from "../../math/stable/symmetric.js";

/** Each octave of positions has 2^SEGMENT_BITS segments. */
export const SEGMENT_BITS = 4;
/** The biased float32 exponent of the least position, 2^−33. */
export const FIRST_EXPONENT = 127 - 33;
const OCTAVES = 64;
const POSITION_SCALE = 2 ** 32;

/** Number of float32 values in a table: four coefficients for each segment and for the end point u = 1/2, where Q = 0. */
export const TABLE_LENGTH = 4 * ((OCTAVES << SEGMENT_BITS) + 1);

const tables = new Map<number, Float32Array>();

/**
 * The table of Q for S1(alpha, 0, 1, 0): on segment s, Q ≈ ((c3·t + c2)·t + c1)·t + c0, where c_k stands at 4s + k and
 * t = 0 … 2^(23 − SEGMENT_BITS) − 1 are the low mantissa bits of the position. The cubics are Hermite: exact in value and
 * slope, dQ/du = −1/f(Q) with f the density, at both ends of each segment.
 *
 * @param alpha tail index in [0.5, 2]; below 1/2 the quantile of u = 2^−64 exceeds the float32 range
 * @returns [TABLE_LENGTH], built once per alpha and shared: not to be written to
 * Numerical note: the tail probability of a table value differs from u by at most 3e-6·u for α from 0.5 to 1.9999, by 6e-6·u
 * at α = 2 (float32 rounding, at u = 2^−62) and by 1.4e-5·u for α in between, where the Gaussian centre turns into a power
 * law within an octave: the largest of 10,240 points from u = 1/2 to 2^−64. Table values were monotone at all of them.
 * Source: inversion with cubic Hermite interpolation as in Hörmann and Leydold, "Continuous random variate generation by
 * fast numerical inversion" (2003); the indexing by float bits is ours.
 */
export function quantileTable(alpha: number): Float32Array {
  const known = tables.get(alpha);
  if (known) return known;
  const table = new Float32Array(TABLE_LENGTH);
  const segmentsPerOctave = 1 << SEGMENT_BITS;
  const unit = 2 ** (SEGMENT_BITS - 23);
  let right = { probability: 0.5, value: 0, slope: -1 / symmetricDensity(0, alpha) };
  for (let segment = (OCTAVES << SEGMENT_BITS) - 1; segment >= 0; segment--) {
    const octave = 2 ** (FIRST_EXPONENT - 127 + (segment >> SEGMENT_BITS)) / POSITION_SCALE;
    const probability = octave * (1 + (segment % segmentsPerOctave) / segmentsPerOctave);
    const value = symmetricTailQuantile(probability, alpha, right.value);
    const left = { probability, value, slope: -1 / symmetricDensity(value, alpha) };
    const width = right.probability - left.probability;
    const rise = right.value - left.value;
    const start = left.slope * width;
    const end = right.slope * width;
    table[4 * segment] = left.value;
    table[4 * segment + 1] = start * unit;
    table[4 * segment + 2] = (3 * rise - 2 * start - end) * unit ** 2;
    table[4 * segment + 3] = (start + end - 2 * rise) * unit ** 3;
    right = left;
  }
  tables.set(alpha, table);
  return table;
}
