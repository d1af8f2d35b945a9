/**
 * @file What one noise increment asks of the kernels: the law of its entries, their scale and the key of its random numbers.
 */
import type { Key } from "../../math/random/key.js";

/**
 * One increment of noise for a matrix with a row per unit: scale · X, where the row X of unit r is
 *
 * - `node`: one draw of S1(alpha, 0, 1, 0), the same for all entries;
 * - `coordinate`: independent draws of S1(alpha, 0, 1, 0);
 * - `isotropic`: √A · G with G independent N(0, 2), A positive stable of index alpha/2, E exp(−sA) = exp(−s^(alpha/2)),
 *   so that E exp(i⟨u, X⟩) = exp(−‖u‖^alpha);
 * - `radial`: √columns · ξ · w/‖w‖ along the row w itself, ξ one draw of S1(alpha, 0, 1, 0), so that the norm goes to
 *   | ‖w‖ + scale·√columns·ξ | and the direction stays: an increment that would turn the row round is reflected. A row of
 *   zeros has no direction and stays.
 */
export interface NoiseDraw {
  readonly shape: "node" | "coordinate" | "isotropic" | "radial";
  /** Tail index in [0.5, 2]. */
  readonly alpha: number;
  /** The factor before X, ≥ 0; rounded to float32, in `radial` only with the norm's factor. */
  readonly scale: number;
  /** The address of this increment's numbers: one key per step and parameter. */
  readonly key: Key;
}
