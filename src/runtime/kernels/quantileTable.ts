/**
 * @file The upper-tail quantile of a symmetric stable law as a table of lines, from which the kernels draw by inversion.
 *
 * A sample is ±Q(u) with P(X > Q(u)) = u. The tail probability u in (0, 1/2] is held as the float32 *position* p = 2^32·u,
 * from 2^−33 to 2^31, and the table is indexed by the bits of p: exponent and leading mantissa bits name a segment, the
 * remaining bits t are the place in it. Segments thus shrink geometrically towards the tail, where Q(u) ~ C·u^(−1/α).
 */

import { symmetricTailQuantile } from "../../math/stable/quantile.js";
import { symmetricDensity } from "../../math/stable/symmetric.js";

/** Each octave of positions has 2^SEGMENT_BITS segments. */
export const SEGMENT_BITS = 8;
/** The biased float32 exponent of the least position, 2^−33. */
export const FIRST_EXPONENT = 127 - 33;
const OCTAVES = 64;
const POSITION_SCALE = 2 ** 32;
/** Exact quantiles are computed at so many points an octave, and interpolated between them. */
const EXACT_PER_OCTAVE = 16;

/** Number of float32 values in a table: start and slope for each segment and for the end point u = 1/2, where Q = 0. */
export const TABLE_LENGTH = 2 * ((OCTAVES << SEGMENT_BITS) + 1);

const tables = new Map<number, Float32Array>();

/**
 * The table of Q for S1(alpha, 0, 1, 0): on segment s, Q ≈ c1·t + c0, where c_k stands at 2s + k and t = 0 …
 * 2^(23 − SEGMENT_BITS) − 1 are the low mantissa bits of the position. Lines join the ends of each segment, whose values come
 * from a cubic Hermite interpolation of exact quantiles and their slopes dQ/du = −1/f(Q), f the density.
 *
 * @param alpha tail index in [0.5, 2]; below 1/2 the quantile of u = 2^−64 exceeds the float32 range
 * @returns [TABLE_LENGTH], built once per alpha and shared: not to be written to
 * Numerical note: the tail probability of a table value differs from u by at most 1e-5·u: the largest of 5120 points from
 * u = 1/2 to 2^−64 was 7.2e-6 for α from 0.5 to 1.9999 and at 2, and 1e-5 in between, where the Gaussian centre turns into a
 * power law within an octave. Of this a line has (1 + 1/α)/8·2^(−2·SEGMENT_BITS). Values fall from segment to segment.
 * Source: inversion with Hermite interpolation as in Hörmann and Leydold, "Continuous random variate generation by fast
 * numerical inversion" (2003); the indexing by float bits is ours.
 */
export function quantileTable(alpha: number): Float32Array {
  const known = tables.get(alpha);
  if (known) return known;
  const table = new Float32Array(TABLE_LENGTH);
  const perExact = 2 ** SEGMENT_BITS / EXACT_PER_OCTAVE;
  const unit = 2 ** (SEGMENT_BITS - 23);
  let right = { probability: 0.5, value: 0, slope: -1 / symmetricDensity(0, alpha) };
  for (let exact = OCTAVES * EXACT_PER_OCTAVE - 1; exact >= 0; exact--) {
    const octave = 2 ** (FIRST_EXPONENT - 127 + Math.floor(exact / EXACT_PER_OCTAVE)) / POSITION_SCALE;
    const probability = octave * (1 + (exact % EXACT_PER_OCTAVE) / EXACT_PER_OCTAVE);
    const value = symmetricTailQuantile(probability, alpha, right.value);
    const left = { probability, value, slope: -1 / symmetricDensity(value, alpha) };
    const curve = hermite(left, right);
    for (let i = 0; i < perExact; i++) {
      const at = 2 * (exact * perExact + i);
      table[at] = curve(i / perExact);
      table[at + 1] = (curve((i + 1) / perExact) - curve(i / perExact)) * unit;
    }
    right = left;
  }
  tables.set(alpha, table);
  return table;
}

/** A point of the quantile function: u, Q(u) and dQ/du. */
interface Node {
  readonly probability: number;
  readonly value: number;
  readonly slope: number;
}

/** The cubic with the values and slopes of two nodes, over s = 0 … 1 between them. */
function hermite(left: Node, right: Node): (s: number) => number {
  const width = right.probability - left.probability;
  const rise = right.value - left.value;
  const start = left.slope * width;
  const end = right.slope * width;
  return (s) => (((start + end - 2 * rise) * s + (3 * rise - 2 * start - end)) * s + start) * s + left.value;
}
