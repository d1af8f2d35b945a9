/**
 * @file Heavy-tailed sizes of hidden units at the start of training.
 *
 * Where |φ(z)| ≤ |z| and |φ′| ≤ 1 (ReLU, tanh), a unit's incoming weights w and outgoing weights a change at rates of at most
 * B‖a‖ and B‖w‖, B a bound of ‖x‖ times the loss's slope. So ‖w‖ + ‖a‖ changes by a factor between e^(−Bt) and e^(Bt) in time t,
 * the same for all units, and sizes of tail index α at the start have it at every time: docs/theory/heavy-start.md.
 */

/**
 * The n sizes min(1, (m/(i + 1))^(1/α)), i = 0 … n − 1: m units of size 1, and of the others as many above x as the Pareto law
 * has, m·x^(−α).
 *
 * Cut to its k ≥ m largest, such a layer loses the share (α/2)(m/k)^(2/α − 1) of its sum of squares for α < 2 and n → ∞, up to
 * relative errors of order 1/m.
 * @param n units of the layer
 * @param alpha tail index α > 0
 * @param m units of full size, ≥ 1
 * @returns [n], falling, in (0, 1]
 */
export function unitScales(n: number, alpha: number, m: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.min(1, (m / (i + 1)) ** (1 / alpha)));
}
